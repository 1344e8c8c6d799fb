"""Models that are simulated: predictions of observed labels, as good as is asked, for whatever kind of task.

A model sees each label through noise, the less of it the larger its signal d, and answers what is best then:

    a number, standardised:   (y + z/d) · d² / (1 + d²)
    a class:                  softmax over classes c of d (d [y = c] + z_c) + log share of c

with standard normal z. Two models of equal signal are equally good, and are as unlike as their noise is.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.special import softmax

from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.tasks.kind import kind_named

MIDDLING = 1.0
"""A signal: R² = .5; of two classes, a ROC AUC of .84."""

SIGNALS = (0.01, 30.0)
"""Between no better than a constant and nearly perfect."""

DRAWS, HALVINGS = 4, 40
ALIKE = 0.8
"""Correlation of two models' noise where no study tells."""

OF_UNITS = 0.1
"""Share of the noise that is common to the rows of a unit of several; a study tells what comes of it."""

RESAMPLES = 200
"""For a standard error."""


@dataclass(frozen=True, eq=False)
class NoisyLabels:
    """Labels of a task that models see through noise.

    Attributes:
        truth: the labels.
        seed: of the noise that signals are found with.
    """

    truth: TaskTruth
    seed: int = 0

    def noise(self, rng: np.random.Generator) -> FloatArray:
        """Standard normals [n, classes], [n, 1] of numbers; a part of the variance is common to a unit's rows."""
        codes, unit = np.unique(self.truth.units, return_inverse=True)
        width = max(1, self.truth.num_classes)
        own: FloatArray = rng.normal(size=(len(unit), width))
        if len(codes) == len(unit):
            return own
        of_units: FloatArray = mixed(rng.normal(size=(len(codes), width))[unit], own, OF_UNITS)
        return of_units

    def predictions(self, signal: float, noise: FloatArray) -> FloatArray:
        """Of a model of this signal, shaped as the task's kind wants them."""
        truth = self.truth
        if not truth.num_classes:
            mean, spread = truth.labels.mean(), truth.labels.std()
            seen = (truth.labels - mean) / (spread or 1.0) + noise[:, 0] / signal
            numbers: FloatArray = mean + spread * seen * signal**2 / (1.0 + signal**2)
            return numbers
        likely: FloatArray = softmax(signal * (signal * self._one_hot + noise) + self._log_shares, axis=1)
        shape = kind_named(truth.kind).prediction_shape(len(truth.labels), truth.classes)
        return likely if len(shape) == 2 else likely[:, 1]

    def value(self, signal: float) -> float:
        """The metric of a model of this signal, in the mean over a few draws of noise, which are always the same."""
        metric = metric_named(self.truth.metric)
        values = [metric.score(self.truth.labels, self.predictions(signal, noise)) for noise in self._draws]
        return float(np.mean(values))

    def signal_of(self, value: float) -> float:
        """The signal whose metric is `value`; the nearest within `SIGNALS` where there is none."""
        direction = metric_named(self.truth.metric).direction
        low, high = np.log(SIGNALS)
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            reached = direction * self.value(float(np.exp(middle))) >= direction * value
            low, high = (low, middle) if reached else (middle, high)
        return float(np.exp(high))

    def slope(self, signal: float) -> float:
        """How much of the metric a little more signal is worth, per unit of signal."""
        step = 0.05 * signal
        return (self.value(signal + step) - self.value(signal - step)) / (2.0 * step)

    def rows_error(self, signal: float, alike: float) -> float:
        """The standard error of the difference of two models of this signal, their noise correlated by `alike`."""
        first, *others = self._draws
        models = [self.predictions(signal, mixed(first, own, alike)) for own in others]
        bootstrap = Bootstrap(RESAMPLES, 0.5)
        pairs = [paired_difference(self.truth, one, other, bootstrap) for one, other in pairwise(models)]
        return float(np.mean([each.standard_error for each in pairs]))

    def alike_for(self, signal: float, rows_error: float) -> float:
        """The correlation of noise that gives two models this standard error: its square goes with 1 − correlation."""
        part = (1.0 - ALIKE) * (rows_error / self.rows_error(signal, ALIKE)) ** 2
        return float(np.clip(1.0 - part, 0.0, 1.0 - 1e-9)) if np.isfinite(part) else ALIKE

    @cached_property
    def _draws(self) -> list[FloatArray]:
        rng = np.random.default_rng(self.seed)
        return [self.noise(rng) for _ in range(DRAWS)]

    @cached_property
    def _one_hot(self) -> FloatArray:
        return np.eye(self.truth.num_classes)[self.truth.labels.astype(np.int64)]

    @cached_property
    def _log_shares(self) -> FloatArray:
        shares = (self._one_hot.sum(axis=0) + 1.0) / (len(self._one_hot) + self.truth.num_classes)
        logarithms: FloatArray = np.log(shares)
        return logarithms


def mixed(common: FloatArray, own: FloatArray, alike: float) -> FloatArray:
    """Noise of which a share of the variance is common."""
    noise: FloatArray = np.sqrt(alike) * common + np.sqrt(1.0 - alike) * own
    return noise
