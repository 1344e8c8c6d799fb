"""What was predicted, in files of Parquet by day, for whoever compares it with labels that come later.

An answer never waits for the log: it is put in a queue that is bounded, and what finds it full is dropped and counted.
A thread makes rows of what is queued, and files of the rows. A file is whole or absent: a process that is killed loses
at most the batch that it was about to write.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from mtl.errors import UserError
from mtl.serving.logged_rows import Exchange, LogTo, logged_rows
from mtl.shown import reason_of
from mtl.storage import partial_file

LOG = logging.getLogger(__name__)

QUEUED, QUEUED_BYTES = 4096, 64 * 2**20
"""Exchanges that may wait for the thread, and their bytes."""

BATCH_ROWS, BATCH_SECONDS = 10_000, 10.0
"""A file is written when there are so many rows, or so long after the first."""

LEAVING = 5.0
"""Seconds for the last batch when the server ends."""


@dataclass
class LogCounts:
    """Rows that are in files, exchanges that found the queue full, exchanges and rows that could not be written."""

    rows: int = 0
    dropped: int = 0
    lost: int = 0


class PredictionLog:
    """The log of one process. `offer` is called by one thread alone, that of the event loop."""

    def __init__(self, to: LogTo, batch_seconds: float = BATCH_SECONDS) -> None:
        self._to, self._batch_seconds = to, batch_seconds
        self._queue: SimpleQueue[Exchange | None] = SimpleQueue()
        self._put = self._put_bytes = self._taken = self._taken_bytes = 0  # each is written by one thread alone
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)
        self.counts = LogCounts()

    def start(self) -> None:
        """Begin to write. To be called in the process that answers: a thread does not survive a fork."""
        self._thread.start()

    def offer(self, exchange: Exchange) -> None:
        """Have an exchange logged, if there is room for it."""
        waiting, size = self._put - self._taken, self._put_bytes - self._taken_bytes
        if waiting >= QUEUED or size + exchange.size > QUEUED_BYTES:
            self.counts.dropped += 1
            return
        self._put, self._put_bytes = self._put + 1, self._put_bytes + exchange.size
        self._queue.put(exchange)

    def close(self) -> None:
        """Write what is there, and end."""
        self._queue.put(None)
        self._thread.join(LEAVING)

    def _run(self) -> None:
        going = True
        while going:
            tables, going = self._batch()
            by_kind: dict[tuple[object, str], list[pa.Table]] = {}
            for table in tables:
                day = table["time"][0].as_py().date()
                by_kind.setdefault((day, table["version"][0].as_py()), []).append(table)
            for (day, _), alike in by_kind.items():
                self._write(pa.concat_tables(alike), str(day))

    def _batch(self) -> tuple[list[pa.Table], bool]:
        """The next batch's tables, one of each exchange, and whether there will be another batch."""
        tables: list[pa.Table] = []
        rows, until = 0, None
        while rows < BATCH_ROWS:
            try:
                left = None if until is None else max(0.0, until - time.monotonic())
                exchange = self._queue.get(timeout=left)
            except Empty:
                break
            if exchange is None:
                return tables, False
            table = self._rows(exchange)
            if table is not None:
                tables.append(table)
                rows, until = rows + len(table), until or time.monotonic() + self._batch_seconds
        return tables, True

    def _rows(self, exchange: Exchange) -> pa.Table | None:
        try:
            return logged_rows(exchange, self._to)
        except Exception:
            LOG.exception("an answer of version %s could not be logged", exchange.version)
            self.counts.lost += 1
            return None
        finally:
            self._taken, self._taken_bytes = self._taken + 1, self._taken_bytes + exchange.size

    def _write(self, table: pa.Table, day: str) -> None:
        target = self._to.folder / day / f"{datetime.now(UTC):%H%M%S}-{uuid4().hex}.parquet"
        try:
            with partial_file(target) as partial:
                pq.write_table(table, partial)
                partial.replace(target)
        except (OSError, pa.ArrowException) as error:
            LOG.warning("%s rows could not be logged in '%s': %s", len(table), target.parent, reason_of(error))
            self.counts.lost += len(table)
        else:
            self.counts.rows += len(table)


def log_to(folder: Path | None, share: float, *, texts: bool) -> LogTo | None:
    """What is asked for; None where no folder is named.

    Raises:
        UserError: a share that is none; a folder in which nothing can be written.
    """
    if folder is None:
        return None
    if not 0 < share <= 1:
        raise UserError(f"--log-share: expected a share above 0 and at most 1, such as 0.1; got {share}")
    try:
        with partial_file(folder / "probe") as probe:
            probe.touch()
    except (OSError, ValueError) as error:
        raise UserError(
            f"--log-predictions: expected a folder to write in; '{folder}' is none: {reason_of(error)}"
        ) from error
    return LogTo(folder, share, texts)
