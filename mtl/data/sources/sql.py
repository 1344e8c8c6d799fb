"""A database."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, final

import pandas as pd
from pandas.errors import DatabaseError
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from typing_extensions import override

from mtl.data.source import Source
from mtl.errors import DataError, SpecError
from mtl.extensions import SOURCES
from mtl.shown import shortened, without_passwords
from mtl.storage import resolved

VARIABLE = re.compile(r"\$\{(\w+)\}")
"""What stands in an address for a variable of the environment."""

SQLITE, MEMORY = "sqlite:///", ":memory:"


@SOURCES.register
@final
@dataclass(frozen=True)
class SqlSource(Source):
    """The rows of a query, from a database that SQLAlchemy knows; ${NAME} in its url is read from the environment.

    With ORDER BY the same rows are the same data, of which nothing is trained again.
    """

    url: str
    query: str

    @override
    def below(self, folder: Path) -> Self:
        file = self.url.removeprefix(SQLITE)
        if file == self.url or not file or file == MEMORY:
            return self
        return replace(self, url=f"{SQLITE}{resolved(folder, file)}")

    @property
    @override
    def place(self) -> str:
        return without_passwords(self.url)

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        with self.connected() as connection:
            return as_read(self.chunks(connection, None))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection for the block, which changes nothing: what a query does is rolled back.

        Raises:
            SpecError: an address that cannot be used.
            DataError: the database cannot be reached, or does not answer the query.
        """
        address = address_of(self.url)
        try:
            with create_engine(address, poolclass=NullPool).connect() as connection:
                yield connection
        except ImportError as error:
            raise SpecError(f"url: {error}; install its driver: pip install 'mtl-pipeline[postgresql]'") from error
        except (SQLAlchemyError, DatabaseError) as error:
            raise DataError(f"{self.place} does not answer: {_reason(error)}") from error

    def chunks(self, connection: Connection, rows: int | None) -> Iterator[pd.DataFrame]:
        """The rows of the query, so many at a time; all at once for None."""
        query = text(self.query)
        if rows is None:
            yield pd.read_sql_query(query, connection)
            return
        yield from pd.read_sql_query(query, connection.execution_options(stream_results=True), chunksize=rows)


EXAMPLE = "such as postgresql+psycopg2://me:${PASSWORD}@host/name or sqlite:///rows.db"


def as_read(chunks: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """The table of several, its columns named by texts."""
    table = pd.concat(list(chunks), ignore_index=True)
    return table.set_axis([str(name) for name in table.columns], axis="columns")


def address_of(url: str) -> URL:
    """The address, with what the environment says in place of variables.

    Raises:
        SpecError: no address, a variable that is not set, or a password that stands in the spec.
    """
    try:
        if VARIABLE.fullmatch(url):
            return make_url(_expanded(url))
        written = make_url(url)
    except ArgumentError:
        raise SpecError(f"url: '{shortened(without_passwords(url))}' is no address of a database, {EXAMPLE}") from None
    secrets = [written.password or "", *(str(value) for name, value in written.query.items() if "password" in name)]
    if any(VARIABLE.sub("", secret) for secret in secrets):
        raise SpecError(
            "url: a password stands in it, which would be copied into reports and registered versions; write ${NAME} in"
            " its place, and set that variable of the environment"
        )
    # Part by part: a password may hold what ends one in an address.
    user, secret, host, name = (
        _expanded(part) if part else None
        for part in (written.username, written.password, written.host, written.database)
    )
    return written.set(username=user, password=secret, host=host, database=name)


def _reason(error: Exception) -> str:
    """What the database said: pandas and SQLAlchemy put their own words around it."""
    cause = error.__cause__ or error
    told = " ".join(str(getattr(cause, "orig", None) or cause).split())
    return shortened(without_passwords(told), 300)


def _expanded(written: str) -> str:
    for name in VARIABLE.findall(written):
        if name not in os.environ:
            raise SpecError(f"url: the environment has no variable {name}; set it")
    return VARIABLE.sub(lambda found: os.environ[found.group(1)], written)
