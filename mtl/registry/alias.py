"""The aliases of a model, and the stack of the versions that were champion before; all change under a lease alone.

The registered model's tag `champion.previous` is a stack of the versions that were champion before, the latest last.
A promotion pushes the version that it replaces; a rollback pops one. Rolling back twice therefore goes back two
promotions, and at the bottom there is nothing to return to. The alias alone says who is champion: the stack is
written before the alias moves, and entries on top that equal the current champion are dropped, so that a process
that dies between the two leaves nothing wrong behind. A champion that another was put above by hand, in MLflow's own
pages, is not on the stack.
"""

import json

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from mtl.registry.client import MISSING
from mtl.registry.records import ALIAS, Champion, NoChampion
from mtl.registry.versions import version_of

ANCHOR = "anchor"
STACK_TAG = "champion.previous"
STACK_LIMIT = 100


def lease_of(name: str) -> str:
    """What the aliases of a model change under."""
    return f"the alias champion of {name}"


def champion_of(client: MlflowClient, name: str) -> Champion | NoChampion:
    """The champion, or that there is none; any other answer of MLflow's is raised."""
    return aliased(client, name, ALIAS)


def aliased(client: MlflowClient, name: str, alias: str) -> Champion | NoChampion:
    """The version that has an alias, or that none has; any other answer of MLflow's is raised."""
    try:
        aliases = client.get_registered_model(name).aliases
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return NoChampion(name)
        raise
    if alias not in aliases:
        return NoChampion(name)
    return Champion(version_of(client, name, str(aliases[alias])))


def stack_of(client: MlflowClient, current: Champion) -> list[str]:
    """The versions that were champion before `current`, the latest last."""
    tags = client.get_registered_model(current.model.name).tags
    versions = [str(version) for version in json.loads(tags.get(STACK_TAG, "[]"))]
    while versions and versions[-1] == current.version:
        versions.pop()
    return versions


def write_stack(client: MlflowClient, name: str, versions: list[str]) -> None:
    """Replace the stack; the oldest entries go when it grows too long."""
    client.set_registered_model_tag(name, STACK_TAG, json.dumps(versions[-STACK_LIMIT:]))


def exists(client: MlflowClient, name: str, version: str) -> bool:
    """Whether the registry still has the version."""
    try:
        client.get_model_version(name, version)
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return False
        raise
    return True
