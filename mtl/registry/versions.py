"""Versions of a registered model: reading and tagging them. Free of the packages that models need."""

from collections.abc import Mapping

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion as MlflowVersion
from mlflow.exceptions import MlflowException

from mtl.registry.client import EXISTS, reaching
from mtl.registry.connection import Registry
from mtl.registry.records import DIGEST_TAG, ModelVersion

DECISION_TAG = "decision"
SENTENCE_TAG = "sentence"
COMPARED_TAG = "champion.compared"
NONE = "none"
OPPONENTS_TAG = "opponents.digest"
OPPONENTS = "opponents"
"""The folder, beside those that are served, of the models that a version replaced."""

BUNDLE = "bundle"
"""The name of a version's artifact, and of its folder below `artifacts/`."""


def read_version(registry: Registry, name: str, version: str) -> ModelVersion:
    """A version with its tags. Raises MtlError when there is none, and RegistryUnreachableError."""
    with reaching(registry, f"read version {version} of {name}") as client:
        return version_of(client, name, version)


def tag_version(registry: Registry, model: ModelVersion, tags: Mapping[str, str]) -> ModelVersion:
    """Set tags on a version, the decision above all, and return it with them. Raises RegistryUnreachableError."""
    with reaching(registry, f"tag {model}") as client:
        for key, value in tags.items():
            client.set_model_version_tag(model.name, model.version, key, value)
        return version_of(client, model.name, model.version)


def describe_version(registry: Registry, model: ModelVersion, card: str) -> None:
    """Have MLflow's page of a version show a model card, Markdown. Raises RegistryUnreachableError."""
    with reaching(registry, f"describe {model}") as client:
        client.update_model_version(model.name, model.version, card)


def ensure_model(client: MlflowClient, name: str, description: str | None = None) -> None:
    """Have a registered model of that name, whoever makes it; one that is there stays as it is."""
    try:
        client.create_registered_model(name, description=description)
    except MlflowException as failure:
        if failure.error_code != EXISTS:
            raise


def version_of(client: MlflowClient, name: str, version: str) -> ModelVersion:
    """A version with its tags, through an open client."""
    return plain_version(client.get_model_version(name, version))


def plain_version(version: MlflowVersion) -> ModelVersion:
    """MLflow's value as this program's."""
    return ModelVersion(version.name, str(version.version), version.run_id or "", dict(version.tags))


def is_bundle(model: ModelVersion) -> bool:
    """Whether a version was registered by this program, as a bundle."""
    return DIGEST_TAG in model.tags


def version_at(registry: Registry, uri: str) -> ModelVersion:
    """The version that `models:/NAME/VERSION` or `models:/NAME@ALIAS` means now.

    Raises MtlError when there is none, and RegistryUnreachableError.
    """
    name, alias_at, alias = uri.removeprefix("models:/").partition("@")
    with reaching(registry, f"look up {uri}") as client:
        if alias_at:
            return plain_version(client.get_model_version_by_alias(name, alias))
        name, _, number = name.rpartition("/")
        return version_of(client, name, number)
