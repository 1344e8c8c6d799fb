"""The area under the ROC curve."""

from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.evaluation.additive_metric import ratio, summed
from mtl.evaluation.metric import AdditiveForm
from mtl.evaluation.ranking_metric import Ranking, RankingMetric, negatives_before, rank
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.extensions import METRICS


@METRICS.register
@final
class RocAuc(RankingMetric):
    """Share of pairs of a positive and a negative that are ranked rightly, a tie counting one half."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True
    exact_below: ClassVar[int] = 10_000

    @override
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        positives, negatives = counts[ranking.positives], negatives_before(ranking.between_above, counts)
        beaten_by = negatives[:-1]
        if (ranking.above != ranking.reached).any():
            beaten_by = (beaten_by + negatives_before(ranking.between_reached, counts)[:-1]) / 2.0
        total = positives.sum(axis=0)
        wrong: FloatArray = np.einsum("pb,pb->b", positives, beaten_by)
        pairs: FloatArray = total * negatives[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1.0 - wrong / pairs

    @override
    def averaged(self, positives: int, negatives: int) -> int:
        """What is left out is to the rarer class's part as one to the root of the other class's rows."""
        return max(positives, negatives)

    @override
    def first_order(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm:
        """Hájek's projection: mean placement of the positives + that of the negatives − the area of all rows.

        The placement of a positive is the share of the negatives that score less, that of a negative the share of the
        positives that score more, ties counting one half. (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson 1988,
        Biometrics 44(3), 837–845.)
        """
        rows = np.arange(len(labels))
        up, down = rank(labels, predictions, rows), rank(1.0 - labels, -predictions, rows)
        of_positives, of_negatives = np.zeros(len(labels)), np.zeros(len(labels))
        of_positives[up.positives] = 1.0 - (up.above + up.reached) / (2.0 * len(up.negatives))
        of_negatives[down.positives] = 1.0 - (down.above + down.reached) / (2.0 * len(down.negatives))
        area = of_positives.sum() / len(up.positives)

        def finish(sums: FloatArray) -> FloatArray:
            taken, positives, first, second = np.moveaxis(sums, -1, 0)
            values: FloatArray = ratio(first, positives) + ratio(second, taken - positives) - area
            return values

        return AdditiveForm(summed([labels, of_positives, of_negatives], unit), finish)
