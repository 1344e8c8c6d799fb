"""How large a database is, would be and becomes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mtl.registry import database_size
from mtl.registry.database_size import bytes_of, shrink, without_runs, would_free


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.db"
    with closing(sqlite3.connect(path)) as database, database:
        for table in database_size.OF_A_RUN:
            database.execute(f"create table {table} (run_uuid text, value text)")
        database.executemany(
            "insert into metrics values (?, ?)", [(str(row // 1000), "x" * 500) for row in range(2000)]
        )
    return path


@pytest.fixture
def reader(file: Path) -> Iterator[sqlite3.Connection]:
    """Someone in the middle of reading."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("begin")
        database.execute("select count(*) from metrics").fetchone()
        yield database


def test_what_is_said_to_become_free_does(file: Path) -> None:
    before = bytes_of(file)
    said = would_free(file, without_runs(["0"]))
    assert bytes_of(file) == before
    with closing(sqlite3.connect(file)) as database, database:
        without_runs(["0"])(database)
    assert bytes_of(file) == before
    assert shrink(file)
    assert before - bytes_of(file) == said > 400_000
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_file_with_little_to_gain_is_left_as_it_is(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("delete from metrics where rowid < 50")
    before = file.read_bytes()
    assert shrink(file)
    assert file.read_bytes() == before


def test_one_that_others_read_is_not_shrunk_and_not_harmed(
    file: Path, reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_size, "PATIENCE", 0.01)
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma journal_mode = delete")
    reader.execute("commit")
    with closing(sqlite3.connect(file)) as database, database:
        without_runs(["0"])(database)
    reader.execute("begin")
    assert reader.execute("select count(*) from metrics").fetchone() == (1000,)
    assert not shrink(file)
    assert reader.execute("select count(*) from metrics").fetchone() == (1000,)
