"""Who is champion, seen without MLflow's client: in the tables of an SQLite file, or by two questions to a server.

What is seen is what the client would say. Wherever it is not as expected (another schema, a file that is locked or not
there yet, a server that asks for more than a password, MLflow's workspaces), nothing is claimed: the client is to say.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from mtl.registry.connection import Registry, is_server_address, sqlite_file
from mtl.registry.health import ANSWER_SECONDS, probe_health
from mtl.registry.records import ALIAS, Champion, ModelVersion, NoChampion

API = "/api/2.0/mlflow"
MISSING = "RESOURCE_DOES_NOT_EXIST"
WORKSPACES = ("MLFLOW_WORKSPACE", "MLFLOW_ENABLE_WORKSPACES")
"""Variables of MLflow's by which a name means a model of one of several groups."""

OURS = "workspace = 'default' and name = ?"
ALIASED = f"select version from registered_model_aliases where {OURS} and alias = ?"
VERSION = f"select run_id from model_versions where {OURS} and version = ? and current_stage <> 'Deleted_Internal'"
TAGS = f"select key, value from model_version_tags where {OURS} and version = ?"


def seen_champion(registry: Registry, name: str) -> Champion | NoChampion | None:
    """The champion of `name`, or that there is none yet; None where MLflow's client must say.

    Raises RegistryUnreachableError where a server does not answer.
    """
    uri = registry.registry_uri or registry.tracking_uri
    file = sqlite_file(uri)
    if any(os.environ.get(variable) for variable in WORKSPACES):
        return None
    if is_server_address(uri):
        probe_health(uri)
        return _at_server(uri.rstrip("/"), name)
    return None if file is None or not file.is_file() else _in_file(file, name)


def _in_file(file: Path, name: str) -> Champion | NoChampion | None:
    try:
        address = f"file:{quote(str(file))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=ANSWER_SECONDS)) as database:
            database.execute("begin")  # what follows is of one moment
            aliased = database.execute(ALIASED, (name, ALIAS)).fetchone()
            if aliased is None:
                return NoChampion(name)
            version = database.execute(VERSION, (name, *aliased)).fetchone()
            tags = dict(database.execute(TAGS, (name, *aliased)).fetchall())
    except sqlite3.Error:
        return None
    return None if version is None else Champion(ModelVersion(name, str(aliased[0]), version[0] or "", tags))


def _at_server(uri: str, name: str) -> Champion | NoChampion | None:
    with httpx.Client(base_url=f"{uri}{API}", timeout=ANSWER_SECONDS, **_credentials()) as client:
        try:
            model = _answer(client, "registered-models", "registered_model", {"name": name})
            if model is None:
                return NoChampion(name)
            versions = [str(each["version"]) for each in model.get("aliases", ()) if each["alias"] == ALIAS]
            if not versions:
                return NoChampion(name)
            found = _answer(client, "model-versions", "model_version", {"name": name, "version": versions[0]})
            if found is None:
                return None
            tags = {each["key"]: each.get("value", "") for each in found.get("tags", ())}
            return Champion(ModelVersion(name, str(found["version"]), found.get("run_id", ""), tags))
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            return None


def _answer(client: httpx.Client, what: str, key: str, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """What a server says of a thing; None where it says that there is none. Raises HTTPError at any other answer."""
    answer = client.get(f"/{what}/get", params=asked)
    if answer.status_code == httpx.codes.NOT_FOUND and answer.json().get("error_code") == MISSING:
        return None
    found: dict[str, Any] = answer.raise_for_status().json()[key]
    return found


def _credentials() -> dict[str, Any]:
    """As MLflow's client takes them from its variables; those in an address are httpx's to send."""
    user, password, token = (os.environ.get(f"MLFLOW_TRACKING_{each}") for each in ("USERNAME", "PASSWORD", "TOKEN"))
    if user and password:
        return {"auth": (user, password)}
    return {"headers": {"Authorization": f"Bearer {token}"}} if token else {}
