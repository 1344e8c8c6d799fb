"""Whether what a study left in the registry stands as it was: then the same study need not be made again."""

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, RunStatus
from mlflow.exceptions import MlflowException

from mtl.registry.alias import exists
from mtl.registry.client import MISSING, reaching
from mtl.registry.connection import Registry

UNCHANGED_TAG = "unchanged.until"
"""On a study's run: when it was last asked for again and nothing had changed."""


def read_aliases(registry: Registry, name: str) -> dict[str, str]:
    """The versions of a model that have an alias, champion and anchor among them; none where there is no such model.

    Raises:
        RegistryUnreachableError: whenever that cannot be told.
    """
    with reaching(registry, f"read the aliases of {name}") as client:
        try:
            return {alias: str(version) for alias, version in client.get_registered_model(name).aliases.items()}
        except MlflowException as failure:
            if failure.error_code == MISSING:
                return {}
            raise


def note_unchanged(registry: Registry, run_id: str, name: str, version: str | None, now: str) -> bool:
    """Whether a study's finished run, and the version that it registered, are still there; if so, `now` is noted on it.

    Raises:
        RegistryUnreachableError: whenever that cannot be told.
    """
    with reaching(registry, f"look up the study's run {run_id}") as client:
        if not _is_finished(client, run_id) or not (version is None or exists(client, name, version)):
            return False
        client.set_tag(run_id, UNCHANGED_TAG, now)
        return True


def _is_finished(client: MlflowClient, run_id: str) -> bool:
    try:
        found = client.get_run(run_id).info
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return False
        raise
    return found.lifecycle_stage == LifecycleStage.ACTIVE and found.status == RunStatus.to_string(RunStatus.FINISHED)
