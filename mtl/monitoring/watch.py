"""One task of one version under watch: the bets so far, and whether they have disproved the promise."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.truth import TaskTruth
from mtl.monitoring.betting import Bets
from mtl.monitoring.label_join import Hashes
from mtl.monitoring.promise import TaskPromise
from mtl.monitoring.row_losses import clipped, raw_differences

ALPHA = 0.05
"""Share of versions without harm, of all their tasks together, of which it may ever be said that one does harm."""


@dataclass(frozen=True, eq=False)
class TaskWatch:
    """What is known of a task since its version was promoted.

    Attributes:
        promise: what it is held to.
        bets: on champion − opponent.
        counted: the keys whose labels were bet on, ascending; each once.
        alarmed_at: when the promise was first found broken, ISO 8601 in UTC; empty before.
    """

    promise: TaskPromise
    bets: Bets
    counted: Hashes
    alarmed_at: str = ""

    @classmethod
    def start(cls, promise: TaskPromise) -> Self:
        """Before the first label."""
        return cls(promise, Bets.start(promise.bound, promise.tolerance), np.zeros(0, dtype=np.uint64))

    @property
    def log_evidence(self) -> float:
        """The logarithm of the e-value against "no worse than the opponent by more than the tolerance"."""
        return self.bets.log_evidence(self.promise.tolerance)

    def after(
        self,
        truth: TaskTruth,
        models: tuple[NDArray[np.floating], NDArray[np.floating]],
        keys: Hashes,
        judged: tuple[float, str],
    ) -> Self:
        """With the labels that have come, of which those that were counted before count no more.

        Args:
            truth: the labels, [n].
            models: predictions of champion and opponent for them.
            keys: of the labels, [n], each once.
            judged: the e-value from which the promise is broken, and the time now.
        """
        new = ~np.isin(keys, self.counted)
        differences = clipped(raw_differences(truth, *models), self.promise.bound)[new]
        counted = np.union1d(self.counted, keys[new])
        found = replace(self, bets=self.bets.after(differences), counted=counted)
        limit, now = judged
        broken = found.log_evidence >= np.log(limit)
        return replace(found, alarmed_at=now) if broken and not self.alarmed_at else found


def limit_of(tasks: int, alpha: float = ALPHA) -> float:
    """The e-value of one of so many tasks from which its promise is broken: all of them err in a share of α at most."""
    return tasks / alpha
