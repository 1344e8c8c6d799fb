"""What the models of one task each, which a version replaced, would have said: for the page of `mtl serve`."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

import pandas as pd

from mtl.errors import MtlError
from mtl.monitoring.opponents.beside import Opponent, opponent_of, read_about
from mtl.serving.bundle import to_answer
from mtl.serving.reload import Served

LOG = logging.getLogger(__name__)

Finds = Callable[[str], Path | None]
"""The folder of what a version replaced; None for a version without. Raises MtlError."""


class ReplacedModels:
    """Those of the version that was last asked about; they are fetched when it is first asked about."""

    def __init__(self, find: Finds) -> None:
        self._find, self._lock = find, Lock()
        self._known: tuple[str, Mapping[str, Opponent]] | None = None

    def beside(self, served: Served, rows: pd.DataFrame) -> pd.DataFrame | None:
        """See `SingleTask`. What cannot be fetched or read is told in the log, and asked for again next time."""
        models = self._models(served.version)
        if not models:
            return None
        tasks = [model.task for model in models.values()]
        return to_answer(tasks, {model.task.name: model.predict(rows) for model in models.values()})

    def _models(self, version: str) -> Mapping[str, Opponent]:
        with self._lock:
            if self._known is None or self._known[0] != version:
                try:
                    self._known = version, _read(self._find(version))
                except MtlError as error:
                    LOG.warning("nothing stands beside version %s: %s", version, error)
                    return {}
            return self._known[1]


def _read(folder: Path | None) -> Mapping[str, Opponent]:
    """By task; those that were not kept are left out."""
    if folder is None:
        return {}
    promise, _ = read_about(folder)
    kept = [each.task for each in promise.tasks if each.task not in promise.stored]
    return {task: opponent_of(folder, promise, task) for task in kept}
