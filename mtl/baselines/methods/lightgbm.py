"""Boosted trees by LightGBM."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray
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
class LightGBM(Method):
    """As boosted_trees, by LightGBM, which grows them leaf by leaf; the extra `lightgbm` installs it.

    Attributes:
        iterations: at most so many rounds; a fit whose best is the last of them has not converged.
        learning_rate: share of each tree that counts.
    """

    noun: ClassVar[str] = "boosted trees (LightGBM)"
    needs: ClassVar[str] = "lightgbm"
    iterations: Count = 2000
    learning_rate: Positive = 0.05

    @override
    def fit(self, problem: Problem) -> "FittedLightGBM":
        import lightgbm  # noqa: PLC0415  # an extra that need not be installed

        design = tree_design()
        kind = lightgbm.LGBMClassifier if problem.num_classes else lightgbm.LGBMRegressor
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        model = kind(
            n_estimators=self.iterations,
            learning_rate=self.learning_rate,
            random_state=problem.seed,
            n_jobs=1,
            deterministic=True,
            force_row_wise=True,
            verbose=-1,
        )
        model.fit(
            inputs,
            problem.train.labels,
            eval_X=held_out,
            eval_y=problem.validation.labels,
            categorical_feature=np.flatnonzero(design.categorical).tolist(),
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        return FittedLightGBM(design, model, problem.num_classes, self.iterations)


class FittedLightGBM(Predictor):
    """The trees up to the iteration with the best validation loss."""

    def __init__(self, design: Design, model: Any, num_classes: int, cap: int) -> None:  # noqa: ANN401
        self._design, self._model, self._num_classes = design, model, num_classes
        self.rounds = int(model.best_iteration_ or cap)
        self.parameters = self.rounds * model.num_leaves * (num_classes if num_classes > 2 else 1)
        at_cap = f"its trees are best at the last of {cap} iterations; raise iterations"
        self.not_converged = at_cap if self.rounds >= cap else ""

    @override
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        inputs = self._design.apply(design)
        if not self._num_classes:
            return np.asarray(self._model.predict(inputs), dtype=np.float64)
        return by_class(self._model.classes_, self._model.predict_proba(inputs), self._num_classes)
