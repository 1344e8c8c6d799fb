"""A fit that its cap ended says so."""

import pytest

from mtl.baselines.baseline import Method
from mtl.baselines.methods.boosted_trees import BoostedTrees
from mtl.baselines.methods.lightgbm import LightGBM
from mtl.baselines.methods.linear import Linear
from tests.mtl.baselines.problems import problem


@pytest.mark.parametrize("num_classes", [0, 2])
@pytest.mark.parametrize("method", [BoostedTrees(iterations=3), LightGBM(iterations=3), Linear(iterations=1)], ids=str)
def test_a_fit_at_its_cap_has_not_converged(method: Method, num_classes: int) -> None:
    fitted = method.fit(problem(num_classes))
    assert "that iterations allows" in fitted.not_converged


def test_trees_are_those_of_the_best_round() -> None:
    asked = problem(2, rows=120)
    fitted = BoostedTrees(learning_rate=1.0).fit(asked)
    assert 1 <= fitted.rounds < 2000
    again = BoostedTrees(learning_rate=1.0, iterations=fitted.rounds).fit(asked)
    assert (fitted.predict(asked.train.design) == again.predict(asked.train.design)).all()
