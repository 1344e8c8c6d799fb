from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mtl.monitoring.drift import ColumnDrift, drift_of
from mtl.monitoring.profile import Profile, profile_of

NONE = pd.DataFrame()


def numbers(seed: int, rows: int, shift: float = 0.0, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.normal(shift, 1.0, rows)
    values[rng.random(rows) < missing] = np.nan
    return pd.DataFrame({"x": values, "level": rng.integers(0, 3, rows).astype(float)})


def names(seed: int, rows: int, shares: tuple[float, ...] = (0.6, 0.3, 0.1)) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"town": rng.choice(["Ulm", "Bonn", "Kiel"][: len(shares)], rows, p=shares)})


def of(found: tuple[ColumnDrift, ...], column: str) -> ColumnDrift:
    return next(each for each in found if each.column == column)


@pytest.mark.parametrize("rows", [30, 300, 30_000])
def test_like_rows_are_no_drift_however_few_or_many(rows: int) -> None:
    profile = profile_of(numbers(0, 5000, missing=0.1), names(0, 5000))
    for seed in range(1, 11):
        found = drift_of(profile, numbers(seed, rows, missing=0.1).join(names(seed, rows)))
        assert not any(each.drifted for each in found)


def test_a_shift_is_found_and_comes_first() -> None:
    profile = profile_of(numbers(0, 5000), names(0, 5000))
    found = drift_of(profile, numbers(1, 2000, shift=1.0).join(names(1, 2000)))
    assert [each.column for each in found if each.drifted] == ["x"]
    assert found[0].column == "x"
    assert 0.3 < found[0].distance < 0.45
    assert found[0].p_value < 1e-6


def test_of_a_million_rows_a_change_that_is_sure_but_small_is_no_drift() -> None:
    profile = profile_of(numbers(0, 1_000_000), NONE)
    found = of(drift_of(profile, numbers(1, 1_000_000, shift=0.05)), "x")
    assert found.p_value < 1e-6
    assert not found.drifted


def test_of_a_few_rows_a_large_change_that_may_be_chance_is_no_drift() -> None:
    profile = profile_of(numbers(0, 5000), NONE)
    found = of(drift_of(profile, numbers(1, 8)), "x")
    assert found.index > 0.2
    assert not found.drifted


def test_names_that_come_in_other_shares_or_were_never_seen_are_found() -> None:
    profile = profile_of(NONE, names(0, 5000))
    turned = of(drift_of(profile, names(1, 2000, (0.1, 0.3, 0.6))), "town")
    assert turned.drifted
    assert 0.4 < turned.distance < 0.7
    unheard = of(drift_of(profile, pd.DataFrame({"town": ["Rome"] * 500})), "town")
    assert unheard.drifted
    assert unheard.distance > turned.distance


def test_gaps_that_were_not_there_are_found() -> None:
    profile = profile_of(numbers(0, 5000), names(0, 5000))
    rows = numbers(1, 2000, missing=0.5).assign(town=None)
    found = drift_of(profile, rows)
    assert of(found, "x").drifted
    assert of(found, "x").missing[1] == pytest.approx(0.5, abs=0.05)
    assert of(found, "town").missing == (0.0, 1.0)
    assert of(found, "town").drifted
    assert not of(found, "level").drifted


def test_numbers_of_few_values_are_compared_at_their_steps() -> None:
    profile = profile_of(numbers(0, 5000), NONE)
    still = of(drift_of(profile, numbers(1, 5000)), "level")
    assert still.distance < 0.03
    turned = of(drift_of(profile, pd.DataFrame({"level": [2.0] * 900 + [0.0] * 50 + [1.0] * 50})), "level")
    assert turned.drifted
    assert turned.distance > 0.5


def test_columns_that_one_side_lacks_and_no_rows_are_nothing() -> None:
    profile = profile_of(numbers(0, 100), names(0, 100))
    assert drift_of(profile, NONE) == ()
    assert drift_of(Profile({}), numbers(0, 10)) == ()
    alone = drift_of(profile, names(1, 50).assign(other=1))
    assert [each.column for each in alone] == ["town"]
    assert replace(alone[0], index=0.0) != alone[0]
