"""Which of several tasks are better, with one error rate for all of them together?

A list of tasks, each better at level α, holds a task that is not with a probability well above α when it is chosen from
many. The step-down max-t procedure holds the probability that *any* task is listed wrongly at α, whichever tasks are
truly better. It takes into account that tasks go together (they share test rows), which costs less than Bonferroni, and
looks at the next best task once a better one is listed, as Holm does.

How tasks go together is read from the resampled differences, for the part of the variance that comes from rows. For the
part that comes from seeds nothing tells; it is taken to be independent, which is the careful direction unless a seed
that is good for one task is bad for another.

References:
    P. H. Westfall and S. S. Young (1993), Resampling-Based Multiple Testing, chapter 2 (free step-down, maximum t).
    J. P. Romano and M. Wolf (2005), Exact and Approximate Stepdown Methods for Multiple Hypothesis Testing, JASA
    100(469), 94–108, algorithm 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict
from scipy.special import ndtri
from scipy.stats import rankdata

from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.evaluation.resampled import Resampled
from mtl.evaluation.truth import FloatArray
from mtl.jsonable import EXACT


@dataclass(frozen=True)
class TasksBetter:
    """Which tasks are better.

    Attributes:
        adjusted: each task's adjusted p-value: the smallest familywise error at which it is listed.
        familywise_error: α, the probability that any task is listed that is not better.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    adjusted: Mapping[str, float]
    familywise_error: float

    @property
    def better(self) -> tuple[str, ...]:
        """The tasks that are listed, in their order."""
        return tuple(task for task, p_value in self.adjusted.items() if p_value <= self.familywise_error)


def tasks_better(
    differences: Mapping[str, ProcedureDifference],
    gains: Mapping[str, Resampled],
    familywise_error: float,
    *,
    margins: Mapping[str, float] | None = None,
    seed: int = 0,
) -> TasksBetter:
    """The tasks whose difference exceeds its margin, by step-down max-t.

    A task that cannot be judged (no bound) has an adjusted p-value of 1 and takes nothing from the others.

    Args:
        differences: over rows and seeds, by task.
        gains: the resampled difference of each task, on the same resamples for all.
        familywise_error: α.
        margins: what differences must exceed; 0 where there is none.
        seed: of the seeds' independent part.
    """
    p_values = {task: each.p_value((margins or {}).get(task, 0.0)) for task, each in differences.items()}
    judged = [task for task, p_value in p_values.items() if p_value < 1.0]
    if not judged:
        return TasksBetter(dict.fromkeys(differences, 1.0), familywise_error)
    rows_share = np.array([differences[task].rows_share for task in judged])
    noise = joint_noise(np.stack([gains[task].resampled for task in judged]), rows_share, seed)
    found = adjusted_p_values(np.array([p_values[task] for task in judged]), noise)
    adjusted = dict.fromkeys(differences, 1.0) | dict(zip(judged, found.tolist(), strict=True))
    return TasksBetter(adjusted, familywise_error)


def joint_noise(gains: FloatArray, rows_share: FloatArray, seed: int) -> FloatArray:
    """What normal scores of K tasks are, together, where none is better: standard normal each, shape [K, B].

    √ρ z + √(1 − ρ) ξ, where z are the normal scores of the resampled gains, so that tails are those of the p-values,
    and ξ are independent. A resample without a value, and a task whose gain never varies, are independent, too.

    Args:
        gains: resampled, [K, B]; NaN where undefined.
        rows_share: ρ, share of the variance that comes from rows, [K].
        seed: of ξ.
    """
    rng = np.random.default_rng(seed)
    independent, instead = rng.standard_normal((2, *gains.shape))
    known = np.isfinite(gains) & (np.nanmax(gains, axis=1) > np.nanmin(gains, axis=1))[:, None]
    scores = ndtri((rankdata(gains, axis=1, nan_policy="omit") - 0.5) / np.isfinite(gains).sum(axis=1)[:, None])
    rows = np.where(known, scores, instead)
    share = rows_share[:, None]
    noise: FloatArray = np.sqrt(share) * rows + np.sqrt(1.0 - share) * independent
    return noise


def adjusted_p_values(p_values: FloatArray, noise: FloatArray) -> FloatArray:
    """Free step-down: of the tasks from the k-th best on, how often the largest noise is as good as the k-th best.

    Args:
        p_values: of each task alone, in (0, 1), shape [K].
        noise: standard normal scores of all tasks together where none is better, [K, B].

    Returns:
        [K], nowhere below `p_values`, and in their order.
    """
    order = np.argsort(p_values, kind="stable")
    largest = np.maximum.accumulate(noise[order][::-1], axis=0)[::-1]  # of the k-th best and all that are worse
    as_good = (largest >= -ndtri(p_values[order])[:, None]).sum(axis=1)
    together = (1.0 + as_good) / (1.0 + noise.shape[1])
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(np.maximum(together, p_values[order]))
    return adjusted
