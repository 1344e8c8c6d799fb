"""Macro F1."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import AdditiveMetric, ratio
from mtl.evaluation.confusion import confusion, mean_over_present
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS


@METRICS.register
@final
class MacroF1(AdditiveMetric):
    """Mean F1 of the classes that occur among the labels."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("multiclass",)
    of_probabilities: ClassVar[bool] = True

    @override
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        return confusion(labels, predictions, unit)

    @override
    def finish(self, sums: FloatArray) -> FloatArray:
        actual, predicted, right = np.split(sums, 3, axis=-1)
        return mean_over_present(ratio(2.0 * right, actual + predicted), actual)
