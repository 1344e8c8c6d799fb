"""Trainings of a study, logged by a thread beside the work: whoever trains does not wait for MLflow.

What waits while a call is under way is written together, so that a slow server gets fewer and larger pieces.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue

from mtl.registry.connection import Registry
from mtl.registry.records import TrainingRecord
from mtl.registry.tracking import Children, log_training_runs, read_children

MOST_AT_ONCE = 32
"""Trainings that are written together."""

PATIENCE = 5.0
"""Seconds that a call under way is given when the block that trains has failed."""


@contextmanager
def logging_trainings(registry: Registry, study_run_id: str) -> Iterator["TrainingLog"]:
    """A log for the block, which ends when all that was added is in MLflow.

    A block that raises does not wait for what is left: the next attempt finds the results, and logs them.

    Raises:
        RegistryUnreachableError, MtlError: as `log_training_runs`, from the block's next `add` or at its end.
    """
    log = TrainingLog(registry, study_run_id)
    try:
        yield log
        log.finish()
    except BaseException:
        log.abandon()
        raise


class TrainingLog:
    """Takes trainings at once and writes them in their order; the first that cannot be written is the last.

    Attributes:
        ids: of what is written by now, in the order in which it was added.
    """

    def __init__(self, registry: Registry, study_run_id: str) -> None:
        self.ids: list[str] = []
        self._registry, self._study = registry, study_run_id
        self._waiting: SimpleQueue[TrainingRecord | None] = SimpleQueue()
        self._failure: BaseException | None = None
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._write, name="training log", daemon=True)
        self._thread.start()

    def add(self, record: TrainingRecord) -> None:
        """Have it written soon. Raises what an earlier one could not be written for."""
        self._require()
        self._waiting.put(record)

    def finish(self) -> None:
        """Return when all is written. Raises why it cannot be."""
        self._waiting.put(None)
        self._thread.join()
        self._require()

    def abandon(self) -> None:
        """Begin no further call."""
        self._abandoned.set()
        self._waiting.put(None)
        self._thread.join(PATIENCE)

    def _require(self) -> None:
        if self._failure:
            raise self._failure

    def _write(self) -> None:
        known: Children | None = None
        with ExitStack() as failing:
            failing.push(self._keep)
            while (batch := self._batch()) and not self._abandoned.is_set():
                known = known or read_children(self._registry, self._study)
                self.ids += log_training_runs(self._registry, self._study, batch, known)

    def _keep(self, _: object, failure: BaseException | None, __: object) -> bool:
        """Whatever it is: it is raised where trainings are added."""
        self._failure = failure
        return True

    def _batch(self) -> Sequence[TrainingRecord]:
        """What waits, at least one; none when no more is to come."""
        batch: list[TrainingRecord] = []
        with suppress(Empty):
            while len(batch) < MOST_AT_ONCE:
                record = self._waiting.get(block=not batch)
                if record is None:
                    self._waiting.put(None)  # the end of a batch that is not empty: it must be seen again
                    break
                batch.append(record)
        return batch
