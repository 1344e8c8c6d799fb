"""Accuracy."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.probabilities import decided
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class Accuracy(MeanMetric):
    """Share of the rows whose likeliest class is theirs."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary", "multiclass")
    of_probabilities: ClassVar[bool] = True

    @override
    def per_row(self, labels: FloatArray, predictions: FloatArray) -> FloatArray:
        hits: FloatArray = (decided(predictions) == labels).astype(np.float64)
        return hits
