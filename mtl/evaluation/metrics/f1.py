"""F1."""

from typing import ClassVar, Literal, final

from typing_extensions import override

from mtl.evaluation.additive_metric import AdditiveMetric, ratio, summed
from mtl.evaluation.probabilities import decided
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS


@METRICS.register
@final
class F1(AdditiveMetric):
    """Harmonic mean of precision and recall of class 1; undefined where it is neither there nor predicted."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True

    @override
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        positive = decided(predictions)
        return summed([positive * labels, positive + labels], unit)

    @override
    def finish(self, sums: FloatArray) -> FloatArray:
        return ratio(2.0 * sums[..., 1], sums[..., 2])
