"""Requests that arrive together are computed together; one that comes alone waits for nothing.

What several connections have sent is read in one turn of the event loop, and what is read in one turn is computed at
the beginning of the next: a batch is as large as the concurrency is. Where a network takes long enough for a thread of
its own, what arrives meanwhile is the next batch.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtl.serving.compiled import Compiled
from mtl.serving.row_layout import TypedRows

LOG = logging.getLogger(__name__)

SMALL = 64
"""Rows of a request that is computed with others."""

THREADS = min(4, os.cpu_count() or 1)
"""Batches of slow networks that are computed at a time."""


Told: TypeAlias = Callable[[NDArray[np.float64] | BaseException], None]
"""Called once with the predictions for some rows, or with what the model raised."""


@dataclass(frozen=True, eq=False)
class Waiting:
    """A request's rows, and whom to tell."""

    rows: TypedRows
    told: Told


class MicroBatches:
    """The requests of one event loop. `sizes`: rows of the batches that were computed, summed, and their number."""

    def __init__(self) -> None:
        self._waiting: dict[Compiled, list[Waiting]] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="batches")
        self._running = 0
        self._due = False
        self.batches = self.rows = 0

    @property
    def queued(self) -> int:
        """Requests that wait to be computed."""
        return sum(map(len, self._waiting.values()))

    async def predict(self, model: Compiled, rows: TypedRows) -> NDArray[np.float64]:
        """The predictions for some rows. What the model raises is raised."""
        loop = asyncio.get_running_loop()
        if len(rows) > SMALL:
            return await loop.run_in_executor(None, model.predict, rows)
        future: asyncio.Future[NDArray[np.float64]] = loop.create_future()
        self.add(model, rows, lambda found: _settle(future, found))
        return await future

    def add(self, model: Compiled, rows: TypedRows, told: Told) -> None:
        """Have some rows, at most `SMALL`, predicted with the next batch. To be called on the event loop."""
        self._waiting.setdefault(model, []).append(Waiting(rows, told))
        if not self._due and self._running < THREADS:
            self._due = True
            loop = asyncio.get_running_loop()
            loop.call_soon(self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = False
        waiting, self._waiting = self._waiting, {}
        for model, batch in waiting.items():
            rows = TypedRows.joined([each.rows for each in batch])
            self.batches, self.rows = self.batches + 1, self.rows + len(rows)
            if model.plain:
                self._compute(model, rows, batch)
            else:
                self._running += 1
                running = loop.run_in_executor(self._threads, model.predict, rows)
                running.add_done_callback(partial(self._end, loop, batch))

    def _compute(self, model: Compiled, rows: TypedRows, batch: Sequence[Waiting]) -> None:
        try:
            predictions = model.predict(rows)
        except Exception as error:
            LOG.exception("a batch of %s rows failed", len(rows))
            _fail(batch, error)
        else:
            _tell(batch, predictions)

    def _end(
        self, loop: asyncio.AbstractEventLoop, batch: Sequence[Waiting], done: asyncio.Future[NDArray[np.float64]]
    ) -> None:
        self._running -= 1
        error = done.exception()
        if error is None:
            _tell(batch, done.result())
        else:
            LOG.error("a batch of %s requests failed", len(batch), exc_info=error)
            _fail(batch, error)
        if self._waiting and not self._due:
            self._due = True
            loop.call_soon(self._begin, loop)


def _tell(batch: Sequence[Waiting], predictions: NDArray[np.float64]) -> None:
    start = 0
    for each in batch:
        end = start + len(each.rows)
        each.told(predictions[start:end])
        start = end


def _fail(batch: Sequence[Waiting], error: BaseException) -> None:
    for each in batch:
        each.told(error)


def _settle(future: asyncio.Future[NDArray[np.float64]], found: NDArray[np.float64] | BaseException) -> None:
    if future.done():  # its client has left
        return
    if isinstance(found, BaseException):
        future.set_exception(found)
    else:
        future.set_result(found)
