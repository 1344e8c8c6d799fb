"""Why a difference cannot be judged, or beating an opponent would prove nothing."""

from dataclasses import astuple

import numpy as np

from mtl.evaluation.comparison import TaskComparison
from mtl.evaluation.judgeable import fewest_units
from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.evidence import Opponent
from mtl.spec.gate_section import GateSpec


def shown(paired: PairedDifference) -> str:
    """A difference with its bounds, for people."""
    return f"{paired.metric} {paired.difference:+.4f} [{paired.lower:+.4f}, {paired.upper:+.4f}]"


def thin(found: TaskComparison, policy: GateSpec) -> str:
    """What the labels lack of the rarer classes; empty when nothing.

    Of a hundred labels with one positive, what a model makes of positives is known from a single row.
    """
    if found.rare_labels < policy.min_rare_labels:
        return f"{found.rare_labels} labels of all classes but the most frequent, {policy.min_rare_labels} are needed"
    return ""


def is_worse(paired: PairedDifference) -> bool:
    """Whether the candidate is surely worse: the upper bound is below zero. The margin is not asked of a loss."""
    return paired.upper < 0


def weakness(opponent: Opponent | None) -> str:
    """Why beating an opponent would prove nothing; empty when it would."""
    if opponent is None:
        return "whether its opponent was trained to its end is not known"
    if opponent.missing:
        return f"missing opponent: {', '.join(opponent.missing)} left no run that can be judged"
    return f"not converged: {opponent.not_converged}" if opponent.not_converged else ""


def doubt(paired: PairedDifference, policy: GateSpec, some_undefined: bool = False) -> str:
    """Why a difference cannot be judged; empty when it can.

    `some_undefined`: a few resamples may have no value, since the bounds count them against the candidate.
    """
    numbers = [value for value in astuple(paired) if not isinstance(value, str)]
    if reason := _too_few(paired, policy):
        return reason
    if not np.isfinite(numbers).all():
        if paired.undefined_resamples and np.isfinite(paired.difference):
            return _undefined(paired)
        return f"{paired.metric} is not finite: a prediction is NaN, infinite or no probability, or labels do not vary"
    if paired.undefined_resamples and not some_undefined:
        return _undefined(paired)
    if paired.confidence != policy.confidence:
        return f"the interval has confidence {paired.confidence:g}, {policy.confidence:g} is asked"
    return ""


def _too_few(paired: PairedDifference, policy: GateSpec) -> str:
    if paired.labels < policy.min_labels:
        return f"{paired.labels} labels, {policy.min_labels} are needed"
    if paired.units < fewest_units(policy.confidence):
        return f"{paired.units} independent units cannot show anything at confidence {policy.confidence:.4g}"
    return ""


def _undefined(paired: PairedDifference) -> str:
    resamples = f"{paired.undefined_resamples} resamples"
    return f"{paired.metric} is undefined in {resamples}: there are too few labels of some class, or all are alike"
