"""What both libraries of boosted trees are told under one name."""

import numpy as np
import pytest

from mtl.baselines.baseline import Method
from mtl.baselines.methods.boosted_trees import BoostedTrees
from mtl.baselines.methods.lightgbm import LightGBM
from tests.mtl.baselines.problems import problem


@pytest.mark.parametrize("kind", [BoostedTrees, LightGBM])
def test_fewer_leaves_are_fewer_numbers_to_learn(kind: type[BoostedTrees | LightGBM]) -> None:
    asked = problem(0, "n")
    assert kind(iterations=5, max_leaf_nodes=2).fit(asked).parameters == 5 * 2
    assert kind(iterations=5, max_leaf_nodes=8).fit(asked).parameters == 5 * 8


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        (BoostedTrees(iterations=5), BoostedTrees(iterations=5, min_samples_leaf=150)),
        (BoostedTrees(iterations=5), BoostedTrees(iterations=5, l2=1000.0)),
        (LightGBM(iterations=5), LightGBM(iterations=5, min_samples_leaf=150)),
        (LightGBM(iterations=5), LightGBM(iterations=5, l2=1000.0)),
    ],
    ids=str,
)
def test_larger_leaves_and_a_penalty_flatten_what_is_fitted(plain: Method, told: Method) -> None:
    asked = problem(0, "n")
    rows = asked.validation.design
    assert np.std(told.fit(asked).predict(rows)) < 0.98 * np.std(plain.fit(asked).predict(rows))
