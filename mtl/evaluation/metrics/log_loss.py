"""Log loss."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.probabilities import distributions
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class LogLoss(MeanMetric):
    """Mean of −log of the probability given to the row's class, in nats."""

    direction: ClassVar[Literal[1, -1]] = -1
    kinds: ClassVar[tuple[str, ...]] = ("binary", "multiclass")
    of_probabilities: ClassVar[bool] = True

    @override
    def per_row(self, labels: FloatArray, predictions: FloatArray) -> FloatArray:
        smallest = np.finfo(np.float64).eps  # the floor that scikit-learn's log loss has
        given = distributions(predictions)[np.arange(len(labels)), labels.astype(np.int64)]
        return -np.log(np.clip(given, smallest, 1.0 - smallest))
