"""A registry in an SQLite file, copied while others use it, and told that its artifacts have moved.

MLflow writes absolute addresses of artifacts into its database, and reads a relative one against the folder that a
command happens to be called in: so a home that has moved has its addresses rewritten.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Where MLflow's tables hold the address of an artifact."""


def copy_database(file: Path, to: Path) -> None:
    """Copy it as it is at one moment, whoever writes to it meanwhile."""
    with (
        closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as before,
        closing(sqlite3.connect(to)) as after,
    ):
        before.backup(after)


def relocate(file: Path, before: Path, after: Path) -> None:
    """Have all artifacts that lie below the folder `before` looked for below `after`."""
    with closing(sqlite3.connect(file)) as database, database:
        for table, column in ADDRESSES:
            for old, new in ((before.as_uri(), after.as_uri()), (str(before), str(after))):
                # No pattern is matched: a folder's name may hold what LIKE takes for one.
                change = f"update {table} set {column} = ? || substr({column}, ?) where substr({column}, 1, ?) = ?"
                database.execute(change, (f"{new}/", len(old) + 2, len(old) + 1, f"{old}/"))
