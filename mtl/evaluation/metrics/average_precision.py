"""Average precision."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.ranking_metric import Ranking, RankingMetric, cumulated
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class AveragePrecision(RankingMetric):
    """Mean, over positives, of the precision at their score."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True

    @override
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        positives, negatives = counts[ranking.positives], cumulated(counts[ranking.negatives])
        found = np.cumsum(positives, axis=0)
        total = np.where(negatives[-1] > 0, positives.sum(axis=0), np.nan)
        found = found if (ranking.last == np.arange(len(found))).all() else found[ranking.last]
        retrieved = np.maximum(found + negatives[ranking.reached], 1.0)  # nothing retrieved: nothing found either
        precisions: FloatArray = np.einsum("pb,pb->b", positives, found / retrieved)
        with np.errstate(divide="ignore", invalid="ignore"):
            return precisions / total
