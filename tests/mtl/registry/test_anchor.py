from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import LeaseError, PromotionRefusedError, RegistryUnreachableError
from mtl.registry import Champion, ModelVersion, NoChampion, Registry
from mtl.registry.alias import lease_of
from mtl.registry.lease import leased
from mtl.registry.moves import ANCHOR_MOVE_TAG, logged_moves

NAME = "reviews"
NONE = NoChampion(NAME)


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


@pytest.fixture
def crown(client: MlflowClient, store: Registry) -> Callable[[str], Champion]:
    """Promote one of four accepted versions over whoever is champion."""
    client.create_registered_model(NAME)
    for number in range(1, 5):
        tags = {"decision": "promote", "sentence": f"Promote {number}."}
        client.create_model_version(NAME, "file:///nowhere", "0" * 32, tags=tags)

    def crowned(version: str) -> Champion:
        model = registry.read_version(store, NAME, version)
        registry.promote(store, model, registry.read_champion(store, NAME), str)
        return Champion(ModelVersion(NAME, version, "0" * 32))

    return crowned


def moves(client: MlflowClient) -> list[tuple[str, str, str | None, str]]:
    logged = logged_moves(client.get_registered_model(NAME).tags, ANCHOR_MOVE_TAG)
    return [(move.kind, move.version, move.previous, move.why) for move in logged]


def test_where_none_is_named_there_is_no_anchor(store: Registry, crown: Callable[[str], Champion]) -> None:
    assert registry.read_anchor(store, "nobody") == NoChampion("nobody")
    crown("1")
    assert registry.read_anchor(store, NAME) == NONE


def test_the_anchor_moves_when_it_is_told_to_and_stays_when_a_champion_comes(
    store: Registry, client: MlflowClient, crown: Callable[[str], Champion]
) -> None:
    first = crown("1")
    assert registry.move_anchor(store, NAME, "1", NONE) == first
    crown("2")
    assert registry.read_anchor(store, NAME) == first
    third = crown("3")
    assert registry.move_anchor(store, NAME, "3", first) == third
    assert registry.read_anchor(store, NAME) == third
    assert moves(client) == [("promotion", "1", None, "Promote 1."), ("promotion", "3", "1", "Promote 3.")]


def test_moving_it_to_where_it_is_moves_nothing(
    store: Registry, client: MlflowClient, crown: Callable[[str], Champion]
) -> None:
    crown("1")
    for _ in range(2):
        registry.move_anchor(store, NAME, "1", NONE)
    assert len(moves(client)) == 1


def test_what_is_not_champion_or_was_compared_with_another_anchor_does_not_become_it(
    store: Registry, crown: Callable[[str], Champion]
) -> None:
    with pytest.raises(PromotionRefusedError, match="no version is champion now; the anchor stays no version"):
        registry.move_anchor(store, NAME, "1")
    first = crown("1")
    registry.move_anchor(store, NAME, "1")
    crown("2")
    with pytest.raises(PromotionRefusedError, match="version 1 of reviews cannot be its anchor: version 2 is champion"):
        registry.move_anchor(store, NAME, "1")
    registry.move_anchor(store, NAME, "2", first)
    crown("3")
    with pytest.raises(PromotionRefusedError, match="compared with version 1 as anchor, but version 2 is the anchor"):
        registry.move_anchor(store, NAME, "3", first)


def test_a_rollback_of_the_version_that_is_the_anchor_takes_the_anchor_along_and_another_leaves_it(
    store: Registry, client: MlflowClient, crown: Callable[[str], Champion]
) -> None:
    first = crown("1")
    registry.move_anchor(store, NAME, "1")
    crown("2")
    registry.move_anchor(store, NAME, "2")
    third = crown("3")
    registry.rollback(store, NAME, third)
    assert registry.read_anchor(store, NAME) == registry.read_champion(store, NAME)
    assert len(moves(client)) == 2
    registry.rollback(store, NAME, registry.read_champion(store, NAME))
    assert registry.read_anchor(store, NAME) == first
    assert moves(client)[2:] == [("rollback", "1", "2", "")]


def test_the_anchor_does_not_move_while_a_promotion_is_under_way(
    store: Registry, client: MlflowClient, crown: Callable[[str], Champion], monkeypatch: pytest.MonkeyPatch
) -> None:
    crown("1")
    monkeypatch.setattr("mtl.registry.anchor.PATIENCE", 0.1)
    with leased(client, lease_of(NAME), 1.0), pytest.raises(LeaseError, match="has the alias champion of reviews"):
        registry.move_anchor(store, NAME, "1")
    assert registry.read_anchor(store, NAME) == NONE


def test_a_registry_that_cannot_be_read_is_no_registry_without_an_anchor(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("no database", encoding="utf-8")
    with pytest.raises(RegistryUnreachableError):
        registry.read_anchor(Registry.in_folder(tmp_path), NAME)


def test_the_history_tells_of_the_anchor_and_not_of_its_moves_as_reigns(
    store: Registry, crown: Callable[[str], Champion]
) -> None:
    crown("1")
    registry.move_anchor(store, NAME, "1")
    crown("2")
    found = registry.read_history(store, NAME)
    assert [reign.version for reign in found.reigns] == ["1", "2"]
    assert found.anchor == "1"
    assert [move.version for move in found.anchor_moves] == ["1"]
