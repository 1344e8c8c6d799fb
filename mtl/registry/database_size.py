"""What an SQLite file of ours would lose, and loses, when rows go: SQLite itself keeps the space for later rows."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from mtl.registry.database_copy import copy_database

PATIENCE = 10.0
"""Seconds to wait for whoever reads or writes it."""

WORTH = 0.1
"""Share of a file that must be free before it is written anew."""

OF_A_RUN = ("metrics", "latest_metrics", "params", "tags", "runs")
"""MLflow's tables that hold a run's rows, by its id."""


def bytes_of(file: Path) -> int:
    """On the disk, with what SQLite keeps beside it."""
    beside = (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-journal"))
    return sum(each.stat().st_size for each in beside if each.exists())


def shrink(file: Path) -> bool:
    """Write a file anew without what is free in it, if that is worth it; False where others use it, or no room is."""
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as database:
            pages, free = (
                database.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count")
            )
            if free > WORTH * pages:
                database.execute("vacuum")
            database.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.OperationalError:
        return False
    return True


def would_free(file: Path, change: Callable[[sqlite3.Connection], object]) -> int:
    """Bytes that a file would lose by a change, which is made to a copy."""
    with TemporaryDirectory(prefix=".size-", dir=file.parent) as folder:
        copy = Path(folder, file.name)
        copy_database(file, copy)
        sizes = []
        for what in (_nothing, change):
            with closing(sqlite3.connect(copy)) as database:
                what(database)
                database.commit()
                database.execute("vacuum")
            sizes.append(bytes_of(copy))
        return max(0, sizes[0] - sizes[1])


def without_runs(ids: Iterable[str]) -> Callable[[sqlite3.Connection], None]:
    """The change of MLflow's database in which runs and their rows go."""
    rows = [(run,) for run in ids]

    def change(database: sqlite3.Connection) -> None:
        for table in OF_A_RUN:
            database.executemany(f"delete from {table} where run_uuid = ?", rows)

    return change


def _nothing(database: sqlite3.Connection) -> None:
    """What is free already is no gain of the change."""
