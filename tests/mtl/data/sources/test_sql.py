"""Rows of a database: SQLite in a file, PostgreSQL as a server; no password is shown or kept."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy
from pandas.testing import assert_frame_equal

from mtl.data.read_table import read_source
from mtl.data.sources.sql import SqlSource, address_of
from mtl.errors import DataError, SpecError
from mtl.spec import parse_spec
from tests.mtl.data.patients import TEXT, patients
from tests.servers import postgresql

QUERY = "SELECT * FROM patients ORDER BY id"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "rows.db"
    with sqlite3.connect(file) as connection:
        patients().to_sql("patients", connection, index=False)
    connection.close()
    return file


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as address:
        engine = sqlalchemy.create_engine(address)
        patients().to_sql("patients", engine, index=False)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE USER reader PASSWORD 'p@ss:w/rd'"))
            connection.execute(sqlalchemy.text("GRANT SELECT ON patients TO reader"))
        engine.dispose()
        yield address


def source_in(text: str) -> str:
    return TEXT.replace("path: patients.parquet", f"sql: {text}")


def test_a_spec_reads_the_rows_of_a_query(database: Path) -> None:
    spec = parse_spec(source_in(f"{{url: 'sqlite:///rows.db', query: {QUERY}}}"), "patients.yaml", database.parent)
    assert spec.data.source.place == f"sqlite:///{database}"
    table = read_source(spec, database.parent / "cache", database.parent / "frames").table
    expected = patients().sort_values("id", ignore_index=True)[list(table.columns)]
    assert_frame_equal(table, expected, check_dtype=False)


@pytest.mark.faults
def test_postgresql_gives_the_same_rows_with_a_password_from_the_environment(
    server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("READER", "p@ss:w/rd")
    host = server.partition("@")[2]
    url = f"postgresql+psycopg2://reader:${{READER}}@{host}"
    table = SqlSource(url, QUERY).read(tmp_path)
    assert_frame_equal(table, patients().sort_values("id", ignore_index=True), check_dtype=False)
    with pytest.raises(DataError, match="permission denied for table patients") as caught:
        SqlSource(url, "DELETE FROM patients RETURNING *").read(tmp_path)
    assert "p@ss" not in str(caught.value)
    monkeypatch.setenv("ALL", server)
    assert len(SqlSource("${ALL}", "DELETE FROM patients RETURNING *").read(tmp_path)) == len(patients())
    assert len(SqlSource("${ALL}", QUERY).read(tmp_path)) == len(patients()), "what a query does is rolled back"


@pytest.mark.parametrize(
    ("url", "query", "told"),
    [
        ("nothing", QUERY, "url: 'nothing' is no address of a database, such as postgresql+psycopg2://me:"),
        ("postgresql://me:secret@h/d", QUERY, "url: a password stands in it, which would be copied into reports and"),
        ("postgresql://me@h/d?password=secret", QUERY, "url: a password stands in it, which would be copied into"),
        ("postgresql://me:${UNSET_HERE}@h/d", QUERY, "url: the environment has no variable UNSET_HERE; set it"),
        ("strange://h/d", QUERY, "does not answer: Can't load plugin"),
        ("sqlite:///none/rows.db", QUERY, "does not answer: unable to open database file"),
        ("sqlite://", "SELECT * FROM nowhere", "sqlite:// does not answer: no such table: nowhere"),
        ("sqlite://", "SELEKT", 'sqlite:// does not answer: near "SELEKT": syntax error'),
    ],
)
def test_what_does_not_answer_is_one_line_without_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, query: str, told: str
) -> None:
    monkeypatch.delenv("UNSET_HERE", raising=False)
    with pytest.raises((SpecError, DataError)) as caught:
        SqlSource(url, query).read(tmp_path)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_variables_stand_for_whole_addresses_and_for_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHOLE", "postgresql://me:secret@host/name")
    monkeypatch.setenv("WORD", "a/b@c")
    monkeypatch.setenv("HOST", "db.example")
    assert address_of("${WHOLE}").password == "secret"
    assert SqlSource("${WHOLE}", QUERY).place == "${WHOLE}"
    found = address_of("postgresql://me:${WORD}@${HOST}:5432/name")
    assert (found.password, found.host, found.port) == ("a/b@c", "db.example", 5432)


def test_a_query_that_gives_no_such_column_is_told_as_of_a_file(database: Path) -> None:
    text = source_in("{url: 'sqlite:///rows.db', query: SELECT id FROM patients}")
    with pytest.raises(SpecError, match=r"patients\.yaml:\d+: features\.numeric\.0: no column 'age' in the data"):
        read_source(parse_spec(text, "patients.yaml", database.parent), database, database.parent / "frames")


def test_rows_may_come_in_parts(database: Path) -> None:
    source = SqlSource(f"sqlite:///{database}", QUERY)
    with source.connected() as connection:
        sizes = [len(chunk) for chunk in source.chunks(connection, 25)]
    assert sizes == [25, 25, 10]


def test_a_database_without_a_file_has_no_folder(tmp_path: Path) -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "postgresql://h/d", "${WHOLE}"):
        assert SqlSource(url, QUERY).below(tmp_path).url == url
    assert isinstance(
        SqlSource.of("sql", {"url": "sqlite://", "query": "SELECT 1 AS one"}).read(tmp_path), pd.DataFrame
    )
