"""Is the registry there? An answer within seconds, where MLflow's own client retries for minutes."""

from functools import cache

import httpx
import requests
import sqlalchemy
from mlflow.exceptions import MlflowException
from mlflow.utils.credentials import get_default_host_creds
from mlflow.utils.rest_utils import http_request
from sqlalchemy.pool import NullPool

from mtl.registry.connection import Registry, kind_of, sqlite_file
from mtl.registry.health import ANSWER_SECONDS, probe_health, unreachable

CREDENTIALS = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
SEARCH = "/api/2.0/mlflow/registered-models/search"
"""A call that needs credentials where there are any: everybody may ask for /health."""


def probe(registry: Registry) -> None:
    """Return when the registry answers; a missing SQLite file counts as an empty registry if it can be made.

    Raises RegistryUnreachableError within about 5 seconds per address: who was asked, what came back, what to do.
    """
    for uri in registry.uris:
        if kind_of(uri) == "server":
            probe_health(uri)
            _probe_credentials(uri)
        else:
            _probe_database(uri)


@cache
def _probe_credentials(uri: str) -> None:
    """Once in a process for each address that lets us in: a server with credentials takes half a second for a call."""
    try:
        answer = http_request(
            get_default_host_creds(uri),
            SEARCH,
            "GET",
            params={"max_results": 1},
            max_retries=0,
            timeout=ANSWER_SECONDS,
            raise_on_status=False,
        )
    except (MlflowException, requests.RequestException) as failure:
        raise unreachable(uri, f"GET {SEARCH}: {type(failure).__name__}", "try again when it is healthy") from failure
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        advice = f"it asks for credentials, and those given are missing or wrong: set {CREDENTIALS}"
        raise unreachable(uri, f"GET {SEARCH}: HTTP {answer.status_code}", advice)


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
        raise unreachable(uri, f"connect: {reason}", advice) from failure
