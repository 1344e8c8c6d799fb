"""Linear models."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from typing_extensions import override

from mtl.baselines.baseline import Method, Predictor, Problem, by_class
from mtl.baselines.design.design_rows import DesignRows
from mtl.baselines.design.for_linear import linear_design
from mtl.baselines.design.matrix import Design
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

    Attributes:
        iterations: at most so many steps of the solver; a fit that needs more has not converged.
    """

    noun: ClassVar[str] = "a linear model"
    iterations: Count = 1000

    @override
    def fit(self, problem: Problem) -> "FittedLinear":
        design = linear_design()
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        fit_all = self._logistic if problem.num_classes else self._ridge
        models = fit_all(inputs, problem.train.labels)
        losses = [_loss(model, problem, held_out) for model, _ in models]
        model, converged = models[int(np.argmin(losses))]
        told = "" if converged else f"its solver needs more than {self.iterations} steps; raise iterations"
        return FittedLinear(design, model, problem.num_classes, told)

    def _ridge(self, inputs: Any, labels: NDArray[np.float64]) -> list[tuple[Any, bool]]:  # noqa: ANN401
        found = []
        for weight in RIDGE:
            model = Ridge(weight, solver="lsqr", max_iter=self.iterations, tol=1e-6).fit(inputs, labels)
            found.append((model, int(np.max(model.n_iter_)) < self.iterations))
        return found

    def _logistic(self, inputs: Any, labels: NDArray[np.float64]) -> list[tuple[Any, bool]]:  # noqa: ANN401
        found = []
        for weight in INVERSE_LOGISTIC:
            model = LogisticRegression(C=weight, max_iter=self.iterations)
            with converging() as trouble:
                model.fit(inputs, labels)
            found.append((model, not trouble))
        return found


class FittedLinear(Predictor):
    """The model of the strength with the least validation loss."""

    def __init__(self, design: Design, model: Any, num_classes: int, not_converged: str) -> None:  # noqa: ANN401
        self._design, self._model, self._num_classes = design, model, num_classes
        self.rounds, self.not_converged = int(np.max(model.n_iter_)), not_converged
        self.parameters = int(np.size(model.coef_) + np.size(model.intercept_))

    @override
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        return _predicted(self._model, self._design.apply(design), self._num_classes)


def _loss(model: Any, problem: Problem, held_out: Any) -> float:  # noqa: ANN401
    """Mean log loss or squared error on validation."""
    labels, predicted = problem.validation.labels, _predicted(model, held_out, problem.num_classes)
    if not problem.num_classes:
        return float(np.mean((labels - predicted) ** 2))
    return float(log_loss(labels, predicted, labels=np.arange(problem.num_classes)))


def _predicted(model: Any, inputs: Any, num_classes: int) -> NDArray[np.float64]:  # noqa: ANN401
    if not num_classes:
        return np.asarray(model.predict(inputs), dtype=np.float64)
    return by_class(model.classes_, model.predict_proba(inputs), num_classes)
