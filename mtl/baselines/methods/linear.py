"""Linear models."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from typing_extensions import override

from mtl.baselines.baseline import LabelledRows, Method, Problem
from mtl.baselines.design.for_linear import linear_design
from mtl.baselines.design.matrix import Design, Matrix
from mtl.baselines.fitted_estimator import Estimator, FittedEstimator
from mtl.baselines.solver_warnings import converging
from mtl.extensions import BASELINES
from mtl.options import Count

RIDGE = tuple(10.0**power for power in np.arange(-1.0, 4.1, 0.5))
"""Weights of the squared coefficients beside the sum of squared errors."""

INVERSE_LOGISTIC = tuple(10.0**power for power in np.arange(-4.0, 2.1, 1.0))
"""Weights of the summed losses beside half the squared coefficients."""


@BASELINES.register
@final
@dataclass(frozen=True)
class Linear(Method):
    """Ridge or logistic regression, as strong as validation asks for; texts by TF-IDF of words and pairs of words.

    Tuning has nothing to add: at every fit it tries all strengths of its own grid on validation.

    Attributes:
        iterations: at most so many steps of the solver; a fit that needs more has not converged.
    """

    noun: ClassVar[str] = "a linear model"
    iterations: Count = 1000

    @override
    def fit(self, problem: Problem) -> FittedEstimator:
        design = linear_design()
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        path = self._logistic if problem.num_classes else self._ridge
        found = [
            self._fitted(design, model, problem.num_classes, converged)
            for model, converged in path(inputs, problem.train)
        ]
        return min(found, key=lambda model: _loss(model, problem, held_out))

    def _fitted(self, design: Design, model: Estimator, num_classes: int, converged: bool) -> FittedEstimator:
        told = "" if converged else f"its solver needs more than the {self.iterations} steps that iterations allows"
        coefficients = int(np.size(model.coef_) + np.size(model.intercept_))
        return FittedEstimator(design, model, num_classes, int(np.max(model.n_iter_)), coefficients, told)

    def _ridge(self, inputs: Matrix, train: LabelledRows) -> Iterator[tuple[Estimator, bool]]:
        for weight in RIDGE:
            model = Ridge(weight, solver="lsqr", max_iter=self.iterations, tol=1e-6)
            model.fit(inputs, train.labels, train.weights)
            yield model, int(np.max(model.n_iter_)) < self.iterations

    def _logistic(self, inputs: Matrix, train: LabelledRows) -> Iterator[tuple[Estimator, bool]]:
        for weight in INVERSE_LOGISTIC:
            model = LogisticRegression(C=weight, max_iter=self.iterations)
            with converging() as trouble:
                model.fit(inputs, train.labels, train.weights)
            yield model, not trouble


def _loss(model: FittedEstimator, problem: Problem, held_out: Matrix) -> float:
    """Mean log loss or squared error on validation."""
    labels, predicted = problem.validation.labels, model.predict_matrix(held_out)
    if not problem.num_classes:
        return float(np.mean((labels - predicted) ** 2))
    return float(log_loss(labels, predicted, labels=np.arange(problem.num_classes)))
