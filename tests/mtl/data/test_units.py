"""What is resampled as a whole, and what must not be torn apart."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.data.units import require_whole_groups, units_of
from mtl.errors import DataError
from tests.mtl.data.patients import patients, spec

GROUP = "split: {by: group, column: ward, validation: 0.2, test: 0.3}\n"
TIME = "split: {by: time, column: day, as_of: 2020-01-21, test_days: 5, validation_days: 4}\n"


def test_units_are_rows_or_the_values_of_a_column() -> None:
    table = patients(40)
    assert units_of(spec(), table).tolist() == [*range(40)]
    for more in (GROUP, "evaluation: {unit: ward}\n"):
        codes = units_of(spec(more), table)
        assert codes.tolist() == pd.factorize(table["ward"])[0].tolist()


@pytest.mark.parametrize("hours", [0, 24])
def test_units_of_a_time_split_are_its_days_whatever_the_hour(hours: int) -> None:
    table = patients(80)
    draw = np.random.default_rng(1).uniform(0, max(hours, 1e-9), 80)
    times = table.assign(day=table["day"] + pd.to_timedelta(draw, unit="h"))
    assert units_of(spec(TIME), times).tolist() == pd.factorize(table["day"])[0].tolist()
    assert len(set(units_of(spec(TIME + "evaluation: {unit: ward}\n"), times))) == table["ward"].nunique()


def test_a_missing_unit_is_a_unit() -> None:
    table = pd.DataFrame({"ward": [None, "a", None]})
    assert units_of(spec(GROUP), table).tolist() == [0, 1, 0]


def test_a_unit_that_is_finer_than_the_group_is_refused_with_what_to_do(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": range(4), "ward": ["a", "a", "b", "b"], "bed": [1, None, 3, 3]})
    finer = spec(f"{GROUP}evaluation: {{unit: bed}}\n")
    with pytest.raises(DataError) as refused:
        require_whole_groups(finer, table)
    assert str(refused.value) == (
        "patients.yaml:14: evaluation.unit: bed is finer than the split's group: expected one bed for all rows of a"
        " ward; got 2 for ward a, and several for 1 of 2; rows that depend on each other would be counted as"
        " independent: leave the unit out, which resamples each ward, or name a column that is the same for all its"
        " rows"
    )
    with pytest.raises(DataError, match=r"evaluation\.unit: day is finer"):
        prepare(spec(f"{GROUP}evaluation: {{unit: day}}\n"), write_frame(patients(), tmp_path), tmp_path)


@pytest.mark.parametrize("more", [GROUP, GROUP + "evaluation: {unit: ward}\n", GROUP + "evaluation: {unit: region}\n"])
def test_a_unit_that_holds_whole_groups_is_none_the_finer(more: str) -> None:
    table = patients()
    require_whole_groups(spec(more), table.assign(region=(table["ward"] // 4).astype(float)))


def test_groups_and_units_are_told_by_their_names_whatever_their_types() -> None:
    table = pd.DataFrame(
        {"ward": pd.Series([1, 1.0, "1"], dtype=object), "region": pd.Series([7, "7", 7.0], dtype=object)}
    )
    require_whole_groups(spec(GROUP + "evaluation: {unit: region}\n"), table)
