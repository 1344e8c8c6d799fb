"""Versions that were accepted, and the champion that they were compared with."""

from mtl.errors import MtlError
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.records import Champion, ModelVersion, NoChampion
from mtl.registry.versions import DECISION_TAG, read_version

COMPARED_TAG = "champion.compared"
NONE = "none"


def decision_tags(promote: bool, sentence: str, champion: Champion | NoChampion) -> dict[str, str]:
    """What a version is told of its decision, and of the champion that the decision rests on."""
    compared = champion.version if isinstance(champion, Champion) else NONE
    return {DECISION_TAG: "promote" if promote else "reject", "sentence": sentence, COMPARED_TAG: compared}


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
