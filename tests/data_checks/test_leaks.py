"""A feature tells a label when each value of one stands for one of the other."""

import numpy as np
import pandas as pd
import pytest

from mtl.data.near_copies import tells

RNG = np.random.default_rng(0)
NUMBERS = pd.Series(RNG.normal(size=500))
CLASSES = pd.Series(RNG.choice(["low", "middle", "high"], 500))


@pytest.mark.parametrize(
    ("feature", "label", "told"),
    [
        (NUMBERS * 1000 + 7, NUMBERS, True),
        (-NUMBERS, NUMBERS, True),
        (NUMBERS + 0.1 * RNG.normal(size=500), NUMBERS, False),
        (NUMBERS.where(NUMBERS > 0), NUMBERS, True),
        (CLASSES.map({"low": 3, "middle": 1, "high": 2}), CLASSES, True),
        (CLASSES.map({"low": "a", "middle": "a", "high": "b"}), CLASSES, False),
        (pd.Series(np.arange(500)), CLASSES, False),
        (pd.Series(["one"] * 500), pd.Series(["one"] * 500), False),
        (pd.Series([None] * 500, dtype=object), NUMBERS, False),
    ],
)
def test_a_feature_that_is_the_label_in_other_words_is_told_from_one_that_is_not(
    feature: pd.Series, label: pd.Series, told: bool
) -> None:
    assert tells(feature, label) == told
