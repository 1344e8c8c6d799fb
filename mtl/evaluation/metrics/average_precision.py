"""Average precision."""

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
class AveragePrecision(RankingMetric):
    """Mean, over positives, of the precision at their score."""

    direction: ClassVar[Literal[1, -1]] = 1
    kinds: ClassVar[tuple[str, ...]] = ("binary",)
    of_probabilities: ClassVar[bool] = True
    exact_below: ClassVar[int] = 4_000

    @override
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        positives, negatives = counts[ranking.positives], negatives_before(ranking.between_reached, counts)
        found = np.cumsum(positives, axis=0)
        total = np.where(negatives[-1] > 0, positives.sum(axis=0), np.nan)
        found = found if (ranking.last == np.arange(len(found))).all() else found[ranking.last]
        retrieved = np.maximum(found + negatives[:-1], 1.0)  # nothing retrieved: nothing found either
        precisions: FloatArray = np.einsum("pb,pb->b", positives, found / retrieved)
        with np.errstate(divide="ignore", invalid="ignore"):
            return precisions / total

    @override
    def averaged(self, positives: int, negatives: int) -> int:
        """Precision among the first few positives is no smooth function of their weights."""
        return positives

    @override
    def first_order(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm:
        """The numerator's derivative by the weight of each row, whose weighted sum it is, over the weight of positives.

        The numerator is Σ w_i T_i / (T_i + F_i) over positives i, where T and F are the weights of the positives and
        negatives that score at least as high. It is homogeneous of degree one (Euler).
        """
        ranking = rank(labels, predictions, np.arange(len(labels)))
        found, false = ranking.last + 1.0, ranking.reached.astype(np.float64)
        precision = found / (found + false)
        slopes = np.stack([false, -found]) / (found + false) ** 2  # of the precision by T and by F
        below = np.zeros((2, len(found) + 1))
        below[:, :-1] = np.cumsum(slopes[:, ::-1], axis=1)[:, ::-1]  # over this positive and all below it
        influence = np.empty(len(labels))
        first_of_its_score = np.searchsorted(ranking.last, ranking.last, side="left")
        influence[ranking.positives] = precision + below[0, first_of_its_score]
        reaching = np.searchsorted(ranking.reached, np.arange(len(ranking.negatives)), side="right")
        influence[ranking.negatives] = below[1, reaching]
        return AdditiveForm(summed([labels, influence], unit), _of_sums)


def _of_sums(sums: FloatArray) -> FloatArray:
    rows, positives, numerator = np.moveaxis(sums, -1, 0)
    return ratio(numerator, np.where(positives < rows, positives, 0.0))
