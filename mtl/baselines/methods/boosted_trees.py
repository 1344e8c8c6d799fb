"""Trees, each of which mends what those before it leave."""

from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from typing_extensions import override

from mtl.baselines.baseline import Method, Predictor, Problem, by_class
from mtl.baselines.design.design_rows import DesignRows
from mtl.baselines.design.for_trees import tree_design
from mtl.baselines.design.matrix import Design
from mtl.extensions import BASELINES
from mtl.options import Count, Positive

PATIENCE = 20
"""Iterations without a better validation loss before no more are added."""


@BASELINES.register
@final
@dataclass(frozen=True)
class BoostedTrees(Method):
    """Gradient-boosted trees (scikit-learn's, over histograms), as many as validation asks for; texts as 64 numbers.

    Attributes:
        iterations: at most so many rounds; a fit whose best is the last of them has not converged.
        learning_rate: share of each tree that counts.
    """

    noun: ClassVar[str] = "boosted trees"
    iterations: Count = 2000
    learning_rate: Positive = 0.05

    @override
    def fit(self, problem: Problem) -> "FittedTrees":
        design = tree_design()
        kind = HistGradientBoostingClassifier if problem.num_classes else HistGradientBoostingRegressor
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        model = kind(
            learning_rate=self.learning_rate,
            max_iter=self.iterations,
            early_stopping=True,
            n_iter_no_change=PATIENCE,
            categorical_features=design.categorical,
            random_state=problem.seed,
        )
        model.fit(inputs, problem.train.labels, X_val=held_out, y_val=problem.validation.labels)
        best = int(np.argmax(model.validation_score_[1:])) + 1
        return FittedTrees(design, model, problem.num_classes, best, self.iterations)


class FittedTrees(Predictor):
    """The trees up to the iteration with the best validation loss."""

    def __init__(self, design: Design, model: Any, num_classes: int, best: int, cap: int) -> None:  # noqa: ANN401
        self._design, self._model, self._num_classes, self.rounds = design, model, num_classes, best
        self.parameters = best * model.max_leaf_nodes * (num_classes if num_classes > 2 else 1)
        self.not_converged = (
            "" if best < cap else f"its trees are best at the last of {cap} iterations; raise iterations"
        )

    @override
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        inputs = self._design.apply(design)
        if not self._num_classes:
            return np.asarray(_at(self._model.staged_predict(inputs), self.rounds), dtype=np.float64)
        chances = _at(self._model.staged_predict_proba(inputs), self.rounds)
        return by_class(self._model.classes_, chances, self._num_classes)


def _at(stages: Any, rounds: int) -> Any:  # noqa: ANN401  # what scikit-learn yields
    """What so many rounds of trees predict."""
    return next(islice(stages, rounds - 1, None))
