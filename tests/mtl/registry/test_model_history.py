from mlflow import MlflowClient

from mtl import registry
from mtl.registry import ModelVersion, NoChampion, Registry

NAME = "reviews"


def champions(store: Registry) -> list[tuple[str, bool, str]]:
    """Version, whether it still is champion, and the first word of how."""
    found = registry.read_history(store, NAME).reigns
    return [(reign.version, reign.until == "", reign.how.split()[0]) for reign in found]


def accepted(client: MlflowClient, store: Registry) -> ModelVersion:
    tags = {"decision": "promote", "sentence": "Promote: better."}
    made = client.create_model_version(NAME, "file:///nowhere", "0" * 32, tags=tags)
    return registry.read_version(store, NAME, str(made.version))


def test_who_was_champion_from_when_to_when_and_why_is_kept(store: Registry) -> None:
    client = MlflowClient(store.tracking_uri)
    client.create_registered_model(NAME)
    one, two, three = (accepted(client, store) for _ in range(3))
    registry.promote(store, one, NoChampion(NAME), str)
    registry.promote(store, two, registry.read_champion(store, NAME), str)
    registry.rollback(store, NAME, registry.read_champion(store, NAME))
    assert champions(store) == [("1", False, "promotion"), ("2", False, "promotion"), ("1", True, "rollback")]
    first, second, third = registry.read_history(store, NAME).reigns
    assert (first.until, second.until) == (second.since, third.since)
    assert first.why == "Promote: better."
    client.set_registered_model_alias(NAME, "champion", three.version)
    assert champions(store)[2:] == [("1", False, "rollback"), ("3", True, "the")]
    assert registry.read_history(store, NAME).reigns[2].until == "unknown"


def test_a_model_without_a_champion_has_versions_alone(store: Registry) -> None:
    client = MlflowClient(store.tracking_uri)
    client.create_registered_model(NAME)
    version = accepted(client, store)
    found = registry.read_history(store, NAME)
    assert found.reigns == ()
    [(model, registered, records)] = found.versions
    assert (model, records) == (version, ())
    assert registered.endswith("+00:00")
