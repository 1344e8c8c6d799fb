"""R²."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import AdditiveMetric, ratio, summed
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS


@METRICS.register
@final
class R2(AdditiveMetric):
    """Share of the labels' variance that predictions explain; undefined for constant labels."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("regression",)
    of_probabilities: ClassVar[bool] = False

    @override
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        distance = labels - labels[0]  # 0 without any rounding where labels are constant
        centred = distance - distance.mean()  # else the variance of labels far from zero drowns in rounding
        return summed([centred, centred**2, (labels - predictions) ** 2], unit)

    @override
    def finish(self, sums: FloatArray) -> FloatArray:
        count, total, squares, errors = np.moveaxis(sums, -1, 0)
        spread = squares - total**2 / count
        return 1.0 - ratio(errors, np.where(spread > 1e-12 * squares, spread, 0.0))
