"""Versions that were accepted, and the champion that they were compared with."""

from mtl.errors import MtlError
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.records import Champion, ModelVersion, NoChampion
from mtl.registry.versions import COMPARED_TAG, DECISION_TAG, NONE, read_version


def latest_accepted(registry: Registry, name: str) -> ModelVersion:
    """The newest version of `name` whose decision is `promote`.

    Raises MtlError when there is none, and RegistryUnreachableError.
    """
    with reaching(registry, f"list the versions of {name}") as client:
        accepted = client.search_model_versions(f"name = '{name}' AND tags.`{DECISION_TAG}` = 'promote'")
    if not accepted:
        raise MtlError(f"{name} has no version that was accepted; `mtl run` registers versions and decides on them")
    newest = max(accepted, key=lambda version: int(version.version))
    return read_version(registry, name, str(newest.version))


def compared_champion(registry: Registry, model: ModelVersion) -> Champion | NoChampion:
    """The champion that a version was compared with when it was decided on.

    Raises MtlError when the version was never decided on, and RegistryUnreachableError.
    """
    compared = model.tags.get(COMPARED_TAG)
    if compared is None:
        raise MtlError(f"{model} was never compared with a champion; `mtl run` compares and decides")
    return NoChampion(model.name) if compared == NONE else Champion(read_version(registry, model.name, compared))
