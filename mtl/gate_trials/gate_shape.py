"""The shape of a spec's decisions: its gated tasks, metrics, labels and units, and how models differ there."""

from dataclasses import dataclass, replace

import numpy as np

from mtl.evaluation.comparison import Comparison
from mtl.evaluation.constant_predictor import best_constant
from mtl.evaluation.judgeable import rare_labels
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.gate_trials.simulated_models import ALIKE, MIDDLING, NoisyLabels

ENOUGH_LABELS, ENOUGH_RARE = 1000, 200
"""More are thinned out to these: what they do to a standard error is known, and to nothing else."""

SPREAD = 1.0
"""Of the paired difference over seeds, in standard errors of the test side, where no study tells."""


@dataclass(frozen=True, eq=False)
class TaskShape:
    """A task as a decision sees it.

    Attributes:
        labels: on the test side.
        rare: of them, those of all classes but the most frequent.
        units: independent ones that they form.
        value: the opponent's metric.
        rows_error: standard error of the difference of two models from the rows, in units of the metric.
        spread: standard deviation over seeds of one model's metric: the candidate's, the opponent's.
        draws: whether the opponent has seeds.
        measured: a study told value, error and spread; else they are assumed.
        seen: the labels that are simulated, all or fewer.
        constant: the best constant prediction.
        signal: of the opponent.
        slope: of the metric in the signal, there.
        alike: the correlation of two models' noise.
    """

    task: str
    metric: str
    labels: int
    rare: int
    units: int
    value: float
    rows_error: float
    spread: tuple[float, float]
    draws: bool
    measured: bool
    seen: NoisyLabels
    constant: FloatArray
    signal: float
    slope: float
    alike: float

    @property
    def standardised_spread(self) -> float:
        """Of the paired difference over seeds, in standard errors from the rows."""
        return float(np.hypot(*self.spread)) / self.rows_error


@dataclass(frozen=True)
class Known:
    """What a study measured of a task; all in units of its metric, as the attributes of `TaskShape` are."""

    value: float
    rows_error: float
    spread: tuple[float, float]
    draws: bool


def known_of(comparison: Comparison | None, task: str, metric: str) -> Known | None:
    """What a study's comparison tells of a task; None where it tells nothing, or of another metric."""
    found = comparison.of(task) if comparison else None
    procedure = found.procedure if found else None
    if procedure is None or procedure.metric != metric or not np.isfinite(procedure.standard_error):
        return None
    if not procedure.rows_error > 0 or procedure.seeds[0] < 2:
        return None
    draws = procedure.seeds[1] > 1
    of_one = procedure.seeds_error * np.sqrt(procedure.seeds[0] / (2.0 if draws else 1.0))
    return Known(procedure.reference, procedure.rows_error, (of_one, of_one if draws else 0.0), draws)


def task_shape(truth: TaskTruth, training: TaskTruth, known: Known | None) -> TaskShape:
    """The shape of a task with these test and training labels; `known`: of a study, else assumed."""
    seen, measured = NoisyLabels(thinned(truth)), known is not None
    known = known or _assumed(NoisyLabels(truth))
    signal = seen.signal_of(known.value)
    return TaskShape(
        truth.task,
        truth.metric,
        len(truth.labels),
        rare_labels(truth),
        len(np.unique(truth.units)),
        known.value,
        known.rows_error,
        known.spread,
        known.draws,
        measured,
        seen,
        best_constant(training),
        signal,
        seen.slope(signal),
        seen.alike_for(signal, known.rows_error),
    )


def _assumed(labels: NoisyLabels) -> Known:
    rows_error = labels.rows_error(MIDDLING, ALIKE)
    of_one = SPREAD * rows_error / np.sqrt(2.0)
    return Known(labels.value(MIDDLING), rows_error, (of_one, of_one), draws=True)


def thinned(truth: TaskTruth) -> TaskTruth:
    """The labels or, of many, a random part of them with enough of the rarer classes."""
    keep = max(ENOUGH_LABELS / max(1, len(truth.labels)), ENOUGH_RARE / max(1, rare_labels(truth)))
    if keep >= 1.0:
        return truth
    kept = np.random.default_rng(0).random(len(truth.labels)) < keep
    return replace(truth, labels=truth.labels[kept], units=truth.units[kept])
