"""The contract of a metric: one formula, which gives both its value and its values on resamples.

A metric is known by the name of its file in `mtl/evaluation/metrics`. Its formula is a function of how often each
unit of rows is taken; the value of a model is the one where all rows are taken once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.probabilities import are_probabilities
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS

Rescore: TypeAlias = Callable[[FloatArray], FloatArray]
"""How often each resample takes each unit, whole numbers [B, U] → the metric of each, [B]; NaN where undefined."""


@dataclass(frozen=True, eq=False)
class AdditiveForm:
    """A metric of one model as a function of sums over units.

    Attributes:
        sums: S sums over the rows of each unit, [U, S].
        finish: sums over the units that were taken, [..., S] → the metric, [...]; NaN where undefined.
    """

    sums: FloatArray
    finish: Callable[[FloatArray], FloatArray]


class Metric(ABC):
    """A measure of predictions.

    Attributes:
        direction: +1 where higher is better, −1 where lower is better.
        kinds: the kinds of task that it is for.
        of_probabilities: its predictions are probabilities: [n] of class 1, or [n, C]; others have no value.
    """

    direction: ClassVar[Literal[1, -1]]
    kinds: ClassVar[tuple[str, ...]]
    of_probabilities: ClassVar[bool]

    @abstractmethod
    def rescorer(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Rescore:
        """The metric as a function of how often each unit is taken.

        Args:
            labels: numbers or class indices, shape [n], n ≥ 1, finite.
            predictions: shape [n] or [n, C], finite; probabilities if they should be.
            unit: unit index of each row in 0..U−1, each of them occurring, shape [n].
        """

    @abstractmethod
    def numbers_per_resample(self, rows: int, units: int) -> int:
        """How many numbers the formula holds at once for each resample: bounds memory."""

    def additive_form(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm | None:
        """The metric as sums, exact or so near that no bound of a difference notices; None where there are none.

        Sums of many models and tasks cost one matrix product. A metric without them is resampled by `rescorer`, whose
        arguments these are.
        """
        del labels, predictions, unit
        return None

    @final
    def score(self, labels: FloatArray, predictions: NDArray[np.floating]) -> float:
        """The value, or NaN where it is undefined.

        It is undefined without rows, when anything is not finite, when predictions that should be probabilities are
        not, and where the formula has no value (one class only, constant labels). It is infinite where finite
        predictions are too large to square.

        Args:
            labels: shape [n]; class indices for classification.
            predictions: shape [n], or [n, C] for multiclass.
        """
        wide = predictions.astype(np.float64)
        if not (len(labels) and np.isfinite(labels).all() and np.isfinite(wide).all()):
            return np.nan
        if self.of_probabilities and not are_probabilities(wide):
            return np.nan
        one_unit = np.zeros(len(labels), dtype=np.int64)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self.rescorer(labels, wide, one_unit)(np.ones((1, 1)))[0])


def metric_named(name: str) -> Metric:
    """The metric of a name in the catalog.

    Raises:
        SpecError: there is none.
    """
    return METRICS.get(name)()


def score_all(kind: str, labels: FloatArray, predictions: NDArray[np.floating]) -> dict[str, float]:
    """Every metric of a kind of task, by name; NaN where undefined."""
    return {name: metric().score(labels, predictions) for name, metric in METRICS.items() if kind in metric.kinds}
