"""The area under the ROC curve."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.ranking_metric import Ranking, RankingMetric, cumulated
from mtl.evaluation.truth import FloatArray
from mtl.extensions import METRICS


@METRICS.register
@final
class RocAuc(RankingMetric):
    """Share of pairs of a positive and a negative that are ranked rightly, a tie counting one half."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True

    @override
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        positives, negatives = counts[ranking.positives], cumulated(counts[ranking.negatives])
        beaten_by = negatives[ranking.above]
        if (ranking.above != ranking.reached).any():
            beaten_by = (beaten_by + negatives[ranking.reached]) / 2.0
        total = positives.sum(axis=0)
        wrong: FloatArray = np.einsum("pb,pb->b", positives, beaten_by)
        pairs: FloatArray = total * negatives[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1.0 - wrong / pairs
