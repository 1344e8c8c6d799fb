"""Root mean squared error."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import AdditiveMetric, ratio, summed
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS


@METRICS.register
@final
class RootMeanSquaredError(AdditiveMetric):
    """Root of the mean squared error, in the label's units."""

    direction: ClassVar[Literal[1, -1]] = -1
    kinds: ClassVar[tuple[str, ...]] = ("regression",)
    of_probabilities: ClassVar[bool] = False

    @override
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        return summed([(labels - predictions) ** 2], unit)

    @override
    def finish(self, sums: FloatArray) -> FloatArray:
        return np.sqrt(ratio(sums[..., 1], sums[..., 0]))
