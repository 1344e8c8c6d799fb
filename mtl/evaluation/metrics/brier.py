"""The Brier score."""

from typing import ClassVar, Literal, final

from typing_extensions import override

from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class Brier(MeanMetric):
    """Mean squared error of the probability of 1 (Brier 1950)."""

    direction: ClassVar[Literal[1, -1]] = -1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True

    @override
    def per_row(self, labels: FloatArray, predictions: FloatArray) -> FloatArray:
        squared: FloatArray = (labels - predictions) ** 2
        return squared
