from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import LeaseError, MtlError, PromotionRefusedError
from mtl.registry import Champion, ModelVersion, NoChampion, Registry
from tests.mtl.registry.movers import mover

NAME = "reviews"
NONE = NoChampion(NAME)
Promote = Callable[[ModelVersion], registry.Promotion]
PROBED: Callable[[ModelVersion], object] = str


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


@pytest.fixture
def versions(client: MlflowClient, store: Registry, tmp_path: Path) -> list[ModelVersion]:
    """Three versions that were accepted; what they hold does not matter here."""
    client.create_registered_model(NAME)
    for _ in range(3):
        client.create_model_version(NAME, tmp_path.as_uri(), "0" * 32, tags={"decision": "promote"})
    return [registry.read_version(store, NAME, str(number)) for number in (1, 2, 3)]


@pytest.fixture
def promote(store: Registry, tmp_path: Path) -> Promote:
    """Promote over whoever is champion."""
    return lambda model: registry.promote(store, model, registry.read_champion(store, NAME), PROBED)


def champion(store: Registry) -> str | None:
    found = registry.read_champion(store, NAME)
    return found.version if isinstance(found, Champion) else None


def test_promotion_moves_the_alias_and_records_the_previous_version(
    store: Registry, client: MlflowClient, versions: list[ModelVersion], promote: Promote
) -> None:
    assert registry.read_champion(store, NAME) == NONE
    assert promote(versions[0]).previous is None
    second = promote(versions[1])
    assert (second.name, second.version, second.previous) == (NAME, "2", "1")
    assert registry.read_champion(store, NAME) == Champion(versions[1])
    tags = registry.read_version(store, NAME, "2").tags
    assert (tags["champion.replaced"], tags["champion.promoted_at"]) == ("1", second.at)
    assert client.get_registered_model(NAME).tags["champion.previous"] == '["1"]'
    again = promote(versions[1])
    assert (again.version, again.previous, champion(store)) == ("2", "1", "2")


def test_a_promotion_that_came_after_a_rollback_to_the_same_version_is_told_so(
    store: Registry, versions: list[ModelVersion], promote: Promote
) -> None:
    for number in (0, 2, 1, 2):
        promote(versions[number])
    expected = registry.read_champion(store, NAME)
    assert registry.rollback(store, NAME, expected).version == "2"
    with pytest.raises(
        PromotionRefusedError, match="version 2 is champion now: another promotion or rollback came first"
    ):
        registry.promote(store, versions[1], expected, PROBED)
    assert len(registry.read_history(store, NAME).reigns) == 5, "four promotions and the rollback, which was the last"


def test_only_what_was_decided_to_be_promoted_is(
    store: Registry, client: MlflowClient, versions: list[ModelVersion], promote: Promote
) -> None:
    rejected = registry.tag_version(store, versions[0], {"decision": "reject"})
    assert rejected.tags["decision"] == "reject"
    with pytest.raises(PromotionRefusedError, match=r"version 1 of reviews is not .*decision is 'reject'"):
        promote(versions[0])
    client.delete_model_version_tag(NAME, "2", "decision")
    with pytest.raises(PromotionRefusedError, match="decision is 'none'"):
        promote(versions[1])
    with pytest.raises(MtlError, match=r"version=9\) not found"):
        promote(ModelVersion(NAME, "9", ""))
    assert champion(store) is None


def test_a_champion_that_changed_since_the_comparison_refuses_the_promotion(
    store: Registry, versions: list[ModelVersion], promote: Promote, tmp_path: Path
) -> None:
    promote(versions[0])
    cases: list[tuple[Champion | NoChampion, str]] = [(NONE, "no version as"), (Champion(versions[2]), "version 3 as")]
    for expected, words in cases:
        with pytest.raises(PromotionRefusedError, match=rf"compared with {words}.* but version 1 is champion now"):
            registry.promote(store, versions[1], expected, PROBED)
    assert champion(store) == "1"


def failing(model: ModelVersion) -> None:
    raise OSError(f"no answer\nfrom {model}")


def test_a_failed_probe_puts_the_previous_champion_back(
    store: Registry, client: MlflowClient, versions: list[ModelVersion], promote: Promote, tmp_path: Path
) -> None:
    with pytest.raises(PromotionRefusedError, match="no version of reviews is champion"):
        registry.promote(store, versions[0], NONE, failing)
    assert champion(store) is None
    promote(versions[0])
    promote(versions[1])
    with pytest.raises(PromotionRefusedError, match=r"\(no answer from version 3 .*\); version 2 of reviews is"):
        registry.promote(store, versions[2], Champion(versions[1]), failing)
    assert champion(store) == "2"
    assert client.get_registered_model(NAME).tags["champion.previous"] == '["1"]'


def test_the_probe_sees_the_alias_moved_and_an_interrupt_moves_it_back(
    store: Registry, versions: list[ModelVersion], tmp_path: Path
) -> None:
    def interrupted(model: ModelVersion) -> None:
        assert champion(store) == model.version
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        registry.promote(store, versions[0], NONE, interrupted)
    assert champion(store) is None


def test_a_rollback_says_what_it_was_caused_by(store: Registry, versions: list[ModelVersion], promote: Promote) -> None:
    for position in (0, 1):
        promote(versions[position])
    registry.rollback(store, NAME, registry.read_champion(store, NAME), "labels came by which it is worse")
    assert registry.read_history(store, NAME).reigns[-1].why == "labels came by which it is worse"


def test_each_rollback_goes_one_promotion_back(
    store: Registry, versions: list[ModelVersion], promote: Promote, tmp_path: Path
) -> None:
    for position in (0, 1, 0, 2):
        promote(versions[position])
    back = [registry.rollback(store, NAME, registry.read_champion(store, NAME)) for _ in range(3)]
    assert [(rollback.replaced, rollback.version) for rollback in back] == [("3", "1"), ("1", "2"), ("2", "1")]
    with pytest.raises(PromotionRefusedError, match="version 1 is the first champion of reviews"):
        registry.rollback(store, NAME, registry.read_champion(store, NAME))
    assert champion(store) == "1"
    assert registry.read_version(store, NAME, "3").tags["champion.rolled_back_at"] == back[0].at
    assert promote(versions[2]).previous == "1"


def test_rollback_passes_over_deleted_versions_and_needs_a_champion(
    store: Registry, client: MlflowClient, versions: list[ModelVersion], promote: Promote, tmp_path: Path
) -> None:
    with pytest.raises(PromotionRefusedError, match="reviews has no champion"):
        registry.rollback(store, NAME, registry.read_champion(store, NAME))
    for model in versions:
        promote(model)
    client.delete_model_version(NAME, "2")
    assert registry.rollback(store, NAME, registry.read_champion(store, NAME)).version == "1"


def test_an_alias_that_was_moved_by_hand_is_the_champion(
    store: Registry, client: MlflowClient, versions: list[ModelVersion], promote: Promote, tmp_path: Path
) -> None:
    promote(versions[0])
    promote(versions[1])
    client.set_registered_model_alias(NAME, "champion", "3")
    assert promote(versions[1]).previous == "3"
    client.set_registered_model_alias(NAME, "champion", "3")  # as a process killed in mid-rollback leaves it
    assert registry.rollback(store, NAME, registry.read_champion(store, NAME)).version == "1"
    client.delete_registered_model_alias(NAME, "champion")
    assert promote(versions[1]).previous is None


def test_a_rollback_of_a_champion_that_is_none_any_more_is_refused(
    store: Registry, versions: list[ModelVersion], promote: Promote
) -> None:
    promote(versions[0])
    promote(versions[1])
    promote(versions[2])
    with pytest.raises(PromotionRefusedError, match="version 2 of reviews was to be rolled back, but version 3 is"):
        registry.rollback(store, NAME, Champion(versions[1]))
    assert champion(store) == "3"


def test_a_version_that_is_champion_by_another_move_than_the_one_asked_for_was_not_promoted(
    store: Registry, versions: list[ModelVersion], promote: Promote
) -> None:
    promote(versions[0])
    promote(versions[1])
    registry.rollback(store, NAME, Champion(versions[1]))
    with pytest.raises(PromotionRefusedError, match="compared with version 2 as champion, but version 1 is champion"):
        registry.promote(store, versions[0], Champion(versions[1]), PROBED)
    assert registry.promote(store, versions[0], Champion(versions[0]), PROBED).version == "1"


def test_of_two_promotions_at_once_one_wins_and_the_other_says_so(
    store: Registry, versions: list[ModelVersion]
) -> None:
    with mover(store.tracking_uri) as one, mover(store.tracking_uri) as two:
        assert one.says() == two.says() == "ready"
        one.do("promote 1 none")
        two.do("promote 2 none")
        answers = {"1": one.says(), "2": two.says()}
    winner = str(champion(store))
    loser = "2" if winner == "1" else "1"
    assert answers[winner] == f"promoted {winner}"
    assert answers[loser].startswith(
        f"refused: version {loser} of reviews was compared with no version as champion, "
        f"but version {winner} is champion now: another promotion or rollback came first"
    )


def test_a_promoter_killed_while_it_probes_lets_go_of_the_lease_and_can_be_repeated(
    store: Registry, versions: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mover(store.tracking_uri) as killed:
        assert killed.says() == "ready"
        killed.do("promote 1 none probing")
        assert killed.says() == "probing"
        monkeypatch.setattr("mtl.registry.champion.PATIENCE", 0.1)
        with pytest.raises(LeaseError, match=r"another process has the alias champion of reviews: \S+@\S+, process"):
            registry.promote(store, versions[1], NONE, PROBED)
    with pytest.raises(PromotionRefusedError, match="version 1 is champion now"):
        registry.promote(store, versions[1], NONE, PROBED)
    with pytest.raises(PromotionRefusedError, match="did not answer"):
        registry.promote(store, versions[0], NONE, failing)
    assert champion(store) is None
    assert registry.promote(store, versions[0], NONE, PROBED).previous is None


def test_an_alias_that_another_moved_meanwhile_is_never_taken_back_or_reported_as_won(
    store: Registry, client: MlflowClient, versions: list[ModelVersion]
) -> None:
    def taken(_: ModelVersion) -> None:
        client.set_registered_model_alias(NAME, "champion", "3")

    def taken_and_dead(model: ModelVersion) -> None:
        taken(model)
        failing(model)

    with pytest.raises(
        PromotionRefusedError, match="version 1 of reviews was made champion, but version 3 is champion"
    ):
        registry.promote(store, versions[0], NONE, taken)
    assert champion(store) == "3"
    client.delete_registered_model_alias(NAME, "champion")
    with pytest.raises(PromotionRefusedError, match=r"did not answer .*; version 3 of reviews is champion"):
        registry.promote(store, versions[0], NONE, taken_and_dead)
    assert champion(store) == "3"
