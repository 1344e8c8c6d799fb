"""A bounded look at what a query gives."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy

from mtl.data.sources.sql import SqlSource
from mtl.draft import sql_sample
from mtl.draft.seen_table import look_at
from mtl.draft.sql_sample import query_sample
from mtl.errors import DataError, UserError
from tests.servers import postgresql

TABLE = pd.DataFrame({"row": range(250), "name": ["a", "b"] * 125})


@pytest.fixture
def source(tmp_path: Path) -> SqlSource:
    with closing(sqlite3.connect(tmp_path / "rows.db")) as connection:
        TABLE.to_sql("rows", connection, index=False)
    return SqlSource(f"sqlite:///{tmp_path / 'rows.db'}", "SELECT * FROM rows ORDER BY row")


def test_few_rows_are_read_whole(source: SqlSource) -> None:
    sample = query_sample(source)
    assert (sample.rows, sample.whole, sample.which) == (250, True, "all 250 rows")
    pd.testing.assert_frame_equal(sample.table, TABLE, check_dtype=False)


def test_of_many_the_first_are_read_and_all_are_counted(source: SqlSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_sample, "MOST_ROWS", 60)
    sample = query_sample(source)
    assert (sample.rows, len(sample.table), sample.which) == (250, 60, "the first 60 of 250 rows")
    columns = sample.columns(["name", "row"])
    assert columns is not None
    pd.testing.assert_frame_equal(columns, TABLE[["name", "row"]], check_dtype=False)


def test_an_address_that_cannot_be_and_no_rows_are_told(source: SqlSource) -> None:
    with pytest.raises(UserError, match=r"^--sql: url: 'nothing' is no address of a database, such as"):
        query_sample(SqlSource("nothing", source.query))
    with pytest.raises(
        DataError, match=r"^the query to sqlite:////.* gives no rows; expected one for each row to learn"
    ):
        query_sample(SqlSource(source.url, "SELECT * FROM rows WHERE row < 0"))


@pytest.mark.faults
def test_the_types_of_postgresql_are_what_they_are_in_a_file() -> None:
    types = "id bigint, amount numeric(9, 2), sold boolean, day date, seen timestamptz, town text"
    rows = "(1, 2.50, true, '2024-01-31', '2024-01-31 12:00+01', 'A'), (2, 3.75, null, '2024-02-01', now(), null)"
    with postgresql() as address:
        engine = sqlalchemy.create_engine(address)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(f"CREATE TABLE sales ({types})"))
            connection.execute(sqlalchemy.text(f"INSERT INTO sales VALUES {rows}, (3, 4.00, false, null, now(), 'B')"))
        engine.dispose()
        seen = look_at(query_sample(SqlSource(address, "SELECT * FROM sales ORDER BY id")))
    assert {look.name: look.kind for look in seen.looks} == {
        "id": "identifier",
        "amount": "numeric",
        "sold": "boolean",
        "day": "datetime",
        "seen": "datetime",
        "town": "categorical",
    }
