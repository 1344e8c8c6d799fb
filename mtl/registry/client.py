"""MLflow's client for an address, with its failures turned into this program's errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import sqlalchemy
from filelock import FileLock
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST, ErrorCode

from mtl.errors import MtlError, RegistryUnreachableError
from mtl.registry.connection import Registry, sqlite_file
from mtl.registry.reachability import probe
from mtl.shown import without_passwords

MISSING = ErrorCode.Name(RESOURCE_DOES_NOT_EXIST)
EXISTS = ErrorCode.Name(RESOURCE_ALREADY_EXISTS)
REFUSALS = frozenset({MISSING, EXISTS, "INVALID_PARAMETER_VALUE", "INVALID_STATE"})
"""Answers that a healthy registry gives; any other failure leaves open what it holds."""

# MLflow prints the traceback of what SQLAlchemy raises, beside raising it.
logging.getLogger("mlflow.store.db.utils").addFilter(lambda record: not record.exc_info)


@contextmanager
def reaching(registry: Registry, purpose: str) -> Iterator[MlflowClient]:
    """Yield a client for a registry that has just answered.

    `purpose` completes “MLflow refused to …”. Raises RegistryUnreachableError when the registry does not answer, at
    once or later, and MtlError when it answers that the request is wrong.
    """
    probe(registry)
    try:
        yield _client(registry)
    except (MlflowException, sqlalchemy.exc.SQLAlchemyError, requests.RequestException) as failure:
        line = without_passwords(" ".join(str(failure).split()))
        if isinstance(failure, MlflowException) and failure.error_code in REFUSALS:
            raise MtlError(f"MLflow at {registry.shown} refused to {purpose}: {line}") from failure
        raise RegistryUnreachableError(
            f"the MLflow registry at {registry.shown} failed to {purpose}: {line}; try again when it is healthy"
        ) from failure


def _client(registry: Registry) -> MlflowClient:
    file = sqlite_file(registry.tracking_uri)
    if file is None:
        return MlflowClient(registry.tracking_uri, registry.registry_uri)
    # MLflow makes an SQLite schema without a lock of its own: two first uses at once would collide.
    with FileLock(Path(f"{file}.lock")):
        return MlflowClient(registry.tracking_uri, registry.registry_uri)
