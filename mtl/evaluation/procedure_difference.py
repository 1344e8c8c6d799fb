"""By how much is one way of training better than another, over test rows *and* seeds?

One trained model of each tells whether this model is better; a good seed makes a way of training that is no better look
so. Here both are trained several times. The difference D of their means over seeds is uncertain for two reasons, which
add up: the test rows that there happen to be (the bootstrap of D), and the seeds (the variance of either side's values,
over their number): V = SE_rows² + s₁²/m₁ + s₂²/m₂.

D / √V has about Student's t distribution. Satterthwaite's degrees of freedom give bounds that promise a little too much
far out in the tail when most of V comes from three seeds a side (at 0.1 %: 0.2 to 0.3 %), Cochran's weighted quantile
gives bounds that promise too little. The bound here is half-way between the two, which in simulation keeps every level
from 5 % to 0.1 % at spreads from none to two standard errors (tests/mtl/evaluation/test_procedure_difference.py).

References:
    F. E. Satterthwaite (1946), An Approximate Distribution of Estimates of Variance Components, Biometrics Bulletin
    2(6), 110–114.
    W. G. Cochran (1964), Approximate Significance Levels of the Behrens–Fisher Test, Biometrics 20(1), 191–195.
    H. Scheffé (1970), Practical Solutions of the Behrens–Fisher Problem, JASA 65(332), 1501–1508: compares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict
from scipy.special import stdtrit

from mtl.evaluation.resampled import MOST_UNDEFINED, Resampled, gain, mean_of, undefined_share
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import EXACT

SMALLEST_LEVEL = 1e-12
"""Below it no p-value is told from another."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What one way of training gave on one task.

    Attributes:
        by_seed: each trained model's metric, on the same resamples.
        draws: False for what has no seed (a closed form, a fixed version): one model, which would be the same again.
    """

    by_seed: Sequence[Resampled]
    draws: bool = True

    @property
    def seed_variance(self) -> float:
        """s²/m: of the mean over seeds; NaN where there is one seed or a model without a value."""
        if not self.draws:
            return 0.0
        values = [each.value for each in self.by_seed]
        known = len(values) > 1 and bool(np.isfinite(values).all())
        return float(np.var(values, ddof=1) / len(values)) if known else np.nan

    @property
    def seed_degrees(self) -> int:
        """Degrees of freedom of `seed_variance`."""
        return len(self.by_seed) - 1 if self.draws else 0


@dataclass(frozen=True)
class ProcedureDifference:
    """By how much a way of training is better than another on one task, over rows and seeds.

    Attributes:
        task: the task.
        metric: the headline metric, whose units the following seven are in.
        candidate: the candidate's mean over seeds.
        reference: the reference's mean over seeds.
        difference: (candidate − reference) × the metric's direction: positive is better.
        lower: one-sided lower bound of the difference at `confidence`.
        upper: one-sided upper bound of the difference at `confidence`.
        rows_error: standard error of the difference from the test rows alone, for the seeds that there are.
        seeds_error: standard error of the difference from the seeds alone.
        degrees_of_freedom: Satterthwaite's, of V.
        seeds_degrees: of the seeds' part of V, those of both sides that draw.
        units: independent units that the labels form.
        confidence: of each bound; 0.5 makes both the difference itself.
        seeds: models of the candidate and of the reference.
        undefined_share: share of the resamples without a value, each of which counts as one that the candidate lost.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    metric: str
    candidate: float
    reference: float
    difference: float
    lower: float
    upper: float
    rows_error: float
    seeds_error: float
    degrees_of_freedom: float
    seeds_degrees: int
    units: int
    confidence: float
    seeds: tuple[int, int]
    undefined_share: float

    @property
    def standard_error(self) -> float:
        """√V."""
        return float(np.hypot(self.rows_error, self.seeds_error))

    @property
    def rows_share(self) -> float:
        """Share of V that comes from the test rows; 1 where V is zero."""
        return (self.rows_error / self.standard_error) ** 2 if self.standard_error else 1.0

    def critical_value(self, level: float) -> float:
        """What D / √V exceeds with probability `level`, in (0, 1), where there is no difference."""
        degrees = self.units - 1, self.seeds_degrees
        return float(critical_value(level, self.rows_share, degrees, self.degrees_of_freedom))

    def p_value(self, margin: float = 0.0) -> float:
        """The smallest level at which the lower bound exceeds the margin; 1 where no bound can be told."""
        if np.isnan(self.lower) or (self.difference <= margin and not self.standard_error):
            return 1.0
        low, high = SMALLEST_LEVEL, 1.0 - SMALLEST_LEVEL
        while high - low > SMALLEST_LEVEL / 2.0:
            middle = (low + high) / 2.0
            enough = self.difference - margin > self.standard_error * self.critical_value(middle)
            low, high = (low, middle) if enough else (middle, high)
        return min(1.0, high + self.undefined_share)


def procedure_difference(
    truth: TaskTruth, candidate: Trained, reference: Trained, confidence: float
) -> ProcedureDifference:
    """The difference of the means over seeds, with bounds over rows and seeds.

    The bounds are NaN, which promotes nothing, where any model's metric is undefined, where a side that draws has one
    seed, where there is one unit, or where more than `MOST_UNDEFINED` of the resamples have no value.

    Args:
        truth: the observed labels.
        candidate: what its way of training gave.
        reference: what its way of training gave, on the same resamples.
        confidence: of each bound, in [0.5, 1).
    """
    means = mean_of(candidate.by_seed), mean_of(reference.by_seed)
    paired, units = gain(truth, *means), len(np.unique(truth.units))
    defined = paired.resampled[~np.isnan(paired.resampled)]
    rows_variance = float(defined.var() * units / (units - 1)) if len(defined) and units > 1 else np.nan
    variances = rows_variance, candidate.seed_variance, reference.seed_variance
    degrees = units - 1, candidate.seed_degrees, reference.seed_degrees
    unbounded = ProcedureDifference(
        task=truth.task,
        metric=truth.metric,
        candidate=means[0].value,
        reference=means[1].value,
        difference=paired.value,
        lower=np.nan,
        upper=np.nan,
        rows_error=float(np.sqrt(variances[0])),
        seeds_error=float(np.sqrt(variances[1] + variances[2])),
        degrees_of_freedom=float(satterthwaite_degrees(variances, degrees)),
        seeds_degrees=degrees[1] + degrees[2],
        units=units,
        confidence=confidence,
        seeds=(len(candidate.by_seed), len(reference.by_seed)),
        undefined_share=undefined_share(paired.resampled),
    )
    lower, upper = _bounds(unbounded)
    return replace(unbounded, lower=lower, upper=upper)


def critical_value(
    level: float, rows_share: float | FloatArray, degrees: tuple[int, int], satterthwaite: float | FloatArray
) -> FloatArray:
    """Half-way between Cochran's weighted quantile and Satterthwaite's.

    Args:
        level: in (0, 1).
        rows_share: share of V that comes from the rows, any shape.
        degrees: of freedom of the rows' and of the seeds' part of V.
        satterthwaite: degrees of freedom of V, of the same shape.
    """
    of_rows, of_seeds = -stdtrit([degrees[0], max(degrees[1], 1)], level)
    cochran = rows_share * of_rows + (1.0 - rows_share) * of_seeds
    half_way: FloatArray = (cochran - stdtrit(satterthwaite, level)) / 2.0
    return half_way


def satterthwaite_degrees(variances: Sequence[float | FloatArray], degrees: Sequence[int]) -> FloatArray:
    """V² / Σ V_i² / ν_i, where V = Σ V_i; ν₁ where there is no variance. A part without degrees has no variance."""
    with np.errstate(invalid="ignore"):
        spread = sum(variance**2 / max(each, 1) for variance, each in zip(variances, degrees, strict=True))
        found = np.divide(sum(variances) ** 2, spread)
    return np.where(spread == 0.0, float(degrees[0]), found)


def _bounds(of: ProcedureDifference) -> tuple[float, float]:
    """One-sided bounds; resamples without a value are spent from the lower bound's level and add to the upper one's."""
    if not np.isfinite([of.difference, of.standard_error]).all() or of.undefined_share > MOST_UNDEFINED:
        return np.nan, np.nan
    if of.confidence == 0.5:
        return of.difference, of.difference
    level, lost = 1.0 - of.confidence, of.undefined_share
    lower = of.difference - of.standard_error * of.critical_value(level - lost) if level > lost else -np.inf
    return lower, of.difference + of.standard_error * of.critical_value(level + lost)
