"""Streams of differences whose truth is known, promises, and how long harm is not found."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.monitoring.betting import SHARES, Bets
from mtl.monitoring.promise import TaskPromise, promise_of

ALPHA = 0.05
LOOK_EVERY = 25
"""Labels between two looks."""


def first_alarm(differences: FloatArray, bound: float, alpha: float = ALPHA) -> int:
    """After how many labels harm is first said to be there, looking every few; 0 for never."""
    bets = Bets.start(bound, 0.0, interval=False)
    for start in range(0, len(differences), LOOK_EVERY):
        bets = bets.after(differences[start : start + LOOK_EVERY])
        if bets.log_evidence(0.0) >= -np.log(alpha):
            return bets.count
    return 0


def first_alarms(differences: FloatArray, bounds: FloatArray, alpha: float = ALPHA) -> NDArray[np.int64]:
    """As `first_alarm`, of many streams at once: differences [S, n], n a multiple of `LOOK_EVERY`, and bounds [S]."""
    count = len(differences)
    looks = (differences / bounds[:, None]).reshape(count, -1, LOOK_EVERY)
    wealth = np.stack([np.log((1.0 + share * looks).prod(axis=2)).cumsum(axis=1) for share in SHARES])
    alarmed = logsumexp(wealth, axis=0) - np.log(len(SHARES)) >= -np.log(alpha)
    return np.where(alarmed.any(axis=1), LOOK_EVERY * (alarmed.argmax(axis=1) + 1), 0)


def stream(rng: np.random.Generator, labels: int, harm: float, tails: float = np.inf) -> tuple[FloatArray, float]:
    """Differences around a harm in standard deviations, and the bound that a test side of 2,000 rows gives them.

    `tails`: degrees of freedom of Student's t, clipped as differences are; the fewer, the heavier.
    """
    draw = rng.standard_normal if np.isinf(tails) else lambda size: rng.standard_t(tails, size)
    tested = np.abs(draw(2000))
    bound = float(np.quantile(tested, 0.99))
    deviation = float(np.sqrt(np.mean(tested.clip(max=bound) ** 2)))
    return (draw(labels).clip(-bound, bound) + harm * deviation).clip(-bound, bound), bound


def numbers(rows: int, seed: int, error: float) -> tuple[TaskTruth, FloatArray, FloatArray]:
    """Labels that are numbers, predictions of a champion with an error of 1, and of an opponent with another."""
    rng = np.random.default_rng(seed)
    labels = rng.normal(0.0, 3.0, rows)
    truth = TaskTruth("weight", "regression", "r2", labels, np.arange(rows))
    return truth, labels + rng.normal(0, 1.0, rows), labels + rng.normal(0, error, rows)


def promised(rows: int = 1000, seed: int = 0) -> TaskPromise:
    """What a champion promises that is better than its opponent."""
    truth, champion, opponent = numbers(rows, seed, 1.3)
    difference = paired_difference(truth, champion, opponent, Bootstrap(200, 0.95))
    return promise_of(truth, (champion, opponent), np.zeros(1), "linear weight", difference)
