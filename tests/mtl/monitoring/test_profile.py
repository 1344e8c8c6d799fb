import numpy as np
import pandas as pd
import pytest

from mtl.jsonable import from_json, to_json
from mtl.monitoring.profile import COMMONEST, Profile, hashed, profile_of

NUMBERS = pd.DataFrame({"age": [*range(100), np.nan], "empty": [np.nan] * 101})
NAMES = pd.DataFrame({"town": ["Ulm"] * 60 + ["Bonn"] * 30 + [None] * 11})


def test_a_profile_holds_percentiles_and_shares_but_nobodys_words() -> None:
    found = profile_of(NUMBERS, NAMES)
    assert set(found.columns) == {"age", "town"}
    age, town = found.columns["age"], found.columns["town"]
    assert (age.rows, len(age.percentiles), age.shares) == (101, 99, None)
    assert 0 < age.percentiles[0] < age.percentiles[-1] < 99
    assert town.shares == {hashed("Ulm"): 2 / 3, hashed("Bonn"): 1 / 3}
    assert town.missing == pytest.approx(11 / 101)
    stored = to_json(found)
    assert "Ulm" not in stored
    assert from_json(Profile, stored) == found


def test_of_many_names_the_commonest_are_told_apart() -> None:
    names = pd.DataFrame({"id": [str(number) for number in range(500)] + ["7"] * 100})
    shares = profile_of(pd.DataFrame(), names).columns["id"].shares
    assert shares is not None
    assert len(shares) == COMMONEST
    assert max(shares, key=lambda name: shares[name]) == hashed("7")
