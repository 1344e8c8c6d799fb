"""Flow runs that Prefect's database in a home keeps, with their steps, logs, artifacts and events: counted, removed.

Prefect's server removes events itself after a week, and nothing else. The file is ours and is changed as the server
changes it: in WAL mode, whoever else has it open waits for moments.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mtl.registry.database_size import PATIENCE, bytes_of, shrink, would_free

DATABASE = Path("prefect", "prefect.db")
"""Below a home."""

AT_ONCE = 50
"""Flow runs of a transaction: a server that records a study meanwhile gets its turn."""

ENDED = "state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')"
WHEN = "coalesce(end_time, expected_start_time, created)"

OLD = f"""
    select id from flow_run where {ENDED} and {WHEN} < ?
    and id not in (select id from flow_run where {ENDED} order by {WHEN} desc limit ?)
"""

BY_RUN = (
    "delete from log where flow_run_id = ?",
    "delete from artifact where flow_run_id = ?",
    "delete from flow_run where id = ?",
)
"""Steps and states go with their flow run, by the tables' own keys."""

BY_TIME = (
    "delete from event_resources where occurred < ?",
    "delete from events where occurred < ?",
)

LEFT_OVER = "delete from artifact_collection where latest_id not in (select id from artifact)"


@dataclass(frozen=True)
class OldRecords:
    """What may go: ids of flow runs that ended, and how many events, all before a moment, as Prefect writes it."""

    runs: tuple[str, ...]
    events: int
    before: str

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.runs or self.events)


def old_records(file: Path, before: float, keep: int) -> OldRecords:
    """What ended before a moment, seconds since 1970, but for the last `keep` flow runs."""
    moment = datetime.fromtimestamp(before, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if not file.exists():
        return OldRecords((), 0, moment)
    with closing(_opened(file)) as database:
        runs = tuple(run for (run,) in database.execute(OLD, (moment, keep)))
        (events,) = database.execute("select count(*) from events where occurred < ?", (moment,)).fetchone()
        return OldRecords(runs, events, moment)


def bytes_of_records(file: Path, old: OldRecords) -> int:
    """What the file would lose."""
    return would_free(file, lambda database: _remove(database, old)) if old else 0


def remove_records(file: Path, old: OldRecords) -> int:
    """Remove them, and give the bytes that became free on the disk."""
    before = bytes_of(file)
    with closing(_opened(file)) as database:
        _remove(database, old)
    shrink(file)
    return max(0, before - bytes_of(file))


def _remove(database: sqlite3.Connection, old: OldRecords) -> None:
    database.execute("pragma foreign_keys = on")
    for first in range(0, len(old.runs), AT_ONCE):
        with database:
            some = [(run,) for run in old.runs[first : first + AT_ONCE]]
            for statement in BY_RUN:
                database.executemany(statement, some)
    with database:
        for statement in BY_TIME:
            database.execute(statement, (old.before,))
        database.execute(LEFT_OVER)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=PATIENCE)
