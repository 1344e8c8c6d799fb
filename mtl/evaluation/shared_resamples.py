"""Every model on every task, on one set of resamples of the units of all tasks.

Which units a resample takes is drawn once. What is a function of sums over units (most metrics, and the first-order
form of those that rank) costs one matrix product for all models and tasks together; the others are scored one by one
on the same counts. A task that observes some of the units takes the counts of those.

Shared resamples keep what tasks and models have in common: differences, means over seeds and correlations between
tasks follow from them by subtraction.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from mtl.evaluation.metric import AdditiveForm, Rescore, metric_named
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.resampled import Resampled
from mtl.evaluation.resampling import draws
from mtl.evaluation.truth import FloatArray, IntArray, Predictions, TaskTruth

K = TypeVar("K", bound=Hashable)

COUNTS_AT_ONCE = 3_200_000
"""Counts in one chunk of resamples: 26 MB. Wide chunks spare reading the sums of all units again and again."""

MOST_AT_ONCE = 256
"""Resamples in one chunk, at most: bounds what a metric that is no sum holds at once."""

EXACT_IN_FLOAT32 = 2**24
"""Sums of whole numbers below it lose nothing in single precision, which multiplies twice as fast."""

SPARSE_BELOW = 0.125
"""Share of sums that are not zero below which they are multiplied as a sparse matrix: of slices, of many classes."""


def score_on_shared_resamples(
    truths: Mapping[str, TaskTruth], predictions: Mapping[K, Predictions], bootstrap: Bootstrap
) -> Mapping[K, Mapping[str, Resampled]]:
    """Every model's headline metric on every task that it predicts, and its values on the same resamples.

    Resamples are of the union of the units of all tasks; with one task, they are those of `paired_difference`. A model
    whose metric is undefined, or whose task has labels of one class, has NaN throughout.

    Args:
        truths: observed labels by task, their units codes of the same side.
        predictions: by model, aligned with the labels.
        bootstrap: how many resamples, from which seed.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    scored = {
        (model, task): _Scored(truths[task], truths[task].aligned(array), np.full(bootstrap.resamples, np.nan))
        for model, arrays in predictions.items()
        for task, array in arrays.items()
        if task in truths
    }
    _resample(truths, [each for each in scored.values() if np.isfinite(each.value)], bootstrap)
    return {
        model: {task: Resampled(each.value, each.resampled) for (whose, task), each in scored.items() if whose == model}
        for model in predictions
    }


@dataclass(frozen=True, eq=False)
class _Scored:
    """A model on a task; `resampled`, [B], is filled chunk by chunk."""

    truth: TaskTruth
    predictions: FloatArray
    resampled: FloatArray

    @cached_property
    def value(self) -> float:
        if self.truth.num_classes and len(np.unique(self.truth.labels)) < 2:
            return np.nan  # one class says nothing about telling classes apart, whatever the metric
        return metric_named(self.truth.metric).score(self.truth.labels, self.predictions)


@dataclass(frozen=True, eq=False)
class _Stack:
    """Sums of several models and tasks, [S, U] in all (an array, or sparse), and which of them are each model's."""

    sums: NDArray[np.floating] | csc_matrix
    parts: Sequence[tuple[_Scored, slice, Callable[[FloatArray], FloatArray]]]

    def fill(self, counts: FloatArray, rows: slice) -> None:
        """Of resamples `rows`, whose counts of units are [U, b]."""
        products = self.sums @ counts.astype(self.sums.dtype, copy=False)
        for scored, own, finish in self.parts:
            scored.resampled[rows] = finish(products[own].T.astype(np.float64, copy=False))


@dataclass(frozen=True, eq=False)
class _Apart:
    """A model whose metric is no sum, and which of all units its task observes."""

    scored: _Scored
    places: IntArray
    rescore: Rescore

    def fill(self, counts: FloatArray, rows: slice) -> None:
        """Of resamples `rows`, whose counts of units are [U, b]: what ranks takes them as they lie."""
        every = len(self.places) == len(counts)
        self.scored.resampled[rows] = self.rescore((counts if every else counts[self.places]).T)


def _resample(truths: Mapping[str, TaskTruth], scored: Sequence[_Scored], bootstrap: Bootstrap) -> None:
    if not scored:
        return
    codes = np.unique(np.concatenate([truth.units for truth in truths.values()]))
    arranged = _arranged(codes, scored)
    chunk = min(MOST_AT_ONCE, max(1, COUNTS_AT_ONCE // len(codes)))
    start = 0
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is undefined
        for drawn in draws(len(codes), bootstrap.resamples, chunk, bootstrap.seed):
            rows = slice(start, start := start + len(drawn))
            counts = np.ascontiguousarray(drawn.T)
            for each in arranged:
                each.fill(counts, rows)


def _arranged(codes: IntArray, scored: Sequence[_Scored]) -> Sequence[_Stack | _Apart]:
    """What is to be done with the counts of a chunk: products of stacked sums, and metrics that are no sums."""
    forms: dict[str, list[tuple[_Scored, csr_matrix, AdditiveForm]]] = {}
    apart = []
    for each in scored:
        own, unit = np.unique(each.truth.units, return_inverse=True)
        places = np.searchsorted(codes, own)
        metric, rows = metric_named(each.truth.metric), (each.truth.labels, each.predictions, unit)
        if (form := metric.additive_form(*rows)) is None:
            apart.append(_Apart(each, places, metric.rescorer(*rows)))
        else:
            forms.setdefault(_way(form.sums, len(codes)), []).append((each, _spread(form.sums, places, codes), form))
    return [*(_stacked(of, way) for way, of in forms.items()), *apart]


def _way(sums: FloatArray, units: int) -> str:
    """How sums are multiplied: sparse where few are not zero, else in the precision that is exact and fastest."""
    if np.count_nonzero(sums) < SPARSE_BELOW * units * sums.shape[1]:
        return "sparse"
    whole = units * np.abs(sums).max(initial=0.0) < EXACT_IN_FLOAT32 and (sums == np.rint(sums)).all()
    return "float32" if whole else "float64"


def _spread(sums: FloatArray, places: IntArray, codes: IntArray) -> csr_matrix:
    """Sums over a task's units, [U', S], as those over all units, sparse [S, U]."""
    count = sums.shape[1]
    ends = len(places) * np.arange(count + 1)
    spread = csr_matrix((sums.T.ravel(), np.tile(places, count), ends), shape=(count, len(codes)))
    spread.eliminate_zeros()
    return spread


def _stacked(forms: Sequence[tuple[_Scored, csr_matrix, AdditiveForm]], way: str) -> _Stack:
    ends = np.cumsum([0] + [sums.shape[0] for _, sums, _ in forms])
    together = vstack([sums for _, sums, _ in forms], format="csc")  # reads the counts of each unit once
    parts = [
        (scored, slice(start, end), form.finish)
        for (scored, _, form), start, end in zip(forms, ends, ends[1:], strict=False)
    ]
    return _Stack(together if way == "sparse" else together.toarray().astype(way), parts)
