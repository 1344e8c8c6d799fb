"""Mean absolute error."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class MeanAbsoluteError(MeanMetric):
    """Mean absolute error, in the label's units."""

    direction: ClassVar[Literal[1, -1]] = -1
    kinds: ClassVar[tuple[str, ...]] = ("regression",)
    of_probabilities: ClassVar[bool] = False

    @override
    def per_row(self, labels: FloatArray, predictions: FloatArray) -> FloatArray:
        return np.abs(labels - predictions)
