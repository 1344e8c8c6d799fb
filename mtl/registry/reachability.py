"""Is the registry there? An answer within seconds, where MLflow's own client retries for minutes."""

import httpx
import sqlalchemy
from sqlalchemy.pool import NullPool

from mtl.errors import RegistryUnreachableError
from mtl.registry.connection import Registry, kind_of, sqlite_file
from mtl.shown import without_passwords

ANSWER_SECONDS = 5.0
"""Seconds that each address is given to answer."""


def probe(registry: Registry) -> None:
    """Return when the registry answers; a missing SQLite file counts as an empty registry if it can be made.

    Raises RegistryUnreachableError within about 5 seconds per address: who was asked, what came back, what to do.
    """
    for uri in registry.uris:
        if kind_of(uri) == "server":
            _probe_server(uri)
        else:
            _probe_database(uri)


def _probe_server(uri: str) -> None:
    address = f"{uri.rstrip('/')}/health"
    try:
        answer = httpx.get(address, timeout=ANSWER_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as failure:
        reason = str(failure) or type(failure).__name__
        raise _unreachable(uri, f"GET /health: {reason}", "start the MLflow server or correct the address") from failure
    if answer.status_code != httpx.codes.OK:
        advice = "check that this is an MLflow server and that it allows this host (--allowed-hosts)"
        raise _unreachable(uri, f"GET /health: HTTP {answer.status_code}", advice)


def _probe_database(uri: str) -> None:
    try:
        file = sqlite_file(uri)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        seconds = int(ANSWER_SECONDS)
        limit = "timeout" if uri.startswith(("sqlite", "mssql")) else "connect_timeout"
        engine = sqlalchemy.create_engine(uri, poolclass=NullPool, connect_args={limit: seconds})
        with engine.connect() as connection:
            sqlalchemy.inspect(connection).get_table_names()
    except (sqlalchemy.exc.SQLAlchemyError, ImportError, OSError) as failure:
        reason = str(getattr(failure, "orig", None) or failure).splitlines()[0]
        advice = "check the address, its credentials, its driver, and that the database is up"
        raise _unreachable(uri, f"connect: {reason}", advice) from failure


def _unreachable(uri: str, tried: str, advice: str) -> RegistryUnreachableError:
    return RegistryUnreachableError(without_passwords(f"cannot read the MLflow registry at {uri} ({tried}); {advice}"))
