"""When a study moves the alias `champion`, and what it records before."""

from pathlib import Path
from typing import Any

import pytest

from mtl import registry
from mtl.promotion.gate import decide
from mtl.registry import Champion, ModelVersion, NoChampion, Registry
from mtl.study import alias_move
from mtl.study.alias_move import AliasMove, conclude, record
from mtl.study.locked_test import AnyChampion
from mtl.study.store import Store
from tests.mtl.promotion.cases import FAULTS, POLICY, make_evidence

WHERE = Registry("sqlite:///nowhere.db")
VERSION = ModelVersion("small", "2", "run")
BEFORE = Champion(ModelVersion("small", "1", "run"))
ORIGIN = registry.Origin("study", "data", "evidence", "policy")
KEYS = registry.Keys()
ACCEPTED, REJECTED = (decide(evidence, POLICY) for evidence in (make_evidence(), FAULTS["worse"](make_evidence(), 0)))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the registry is told, in order; nothing is stored."""
    calls: list[tuple[str, Any]] = []

    def write(_: Registry, version: ModelVersion, *told: object) -> ModelVersion:
        calls.append(("record", told))
        return version

    monkeypatch.setattr(registry, "record_decision", write, raising=False)
    monkeypatch.setattr(alias_move, "move_alias", lambda *call: calls.append(("move", call[2:])))
    return calls


def concluded(
    store: Path, version: ModelVersion | None, accepted: bool, champion: AnyChampion, promotes: bool = True
) -> AliasMove:
    decision = ACCEPTED if accepted else REJECTED
    return conclude(WHERE, Store(store), record(WHERE, version, decision, champion, ORIGIN, KEYS), promotes)


def test_an_accepted_candidate_becomes_the_champion_after_its_decision_is_recorded(
    tmp_path: Path, told: list[tuple[str, Any]]
) -> None:
    assert concluded(tmp_path, VERSION, True, BEFORE) == AliasMove("promoted", VERSION, BEFORE)
    first, second = told
    assert first == ("record", ((True, ACCEPTED.sentence), BEFORE, ORIGIN, KEYS))
    assert second == ("move", (VERSION, BEFORE))


@pytest.mark.parametrize("promotes", [True, False])
def test_a_rejected_candidate_is_recorded_and_moves_nothing(
    tmp_path: Path, told: list[tuple[str, Any]], promotes: bool
) -> None:
    assert concluded(tmp_path, VERSION, False, BEFORE, promotes).what == "rejected"
    ((_, (said, *_rest)),) = told
    assert said == (False, REJECTED.sentence)


def test_an_accepted_candidate_may_wait_to_be_promoted_by_hand(tmp_path: Path, told: list[tuple[str, Any]]) -> None:
    assert concluded(tmp_path, VERSION, True, NoChampion("small"), promotes=False).what == "waiting"
    ((_, (said, champion, *_rest)),) = told
    assert (said[0], champion) == (True, NoChampion("small"))


def test_the_champion_itself_is_told_from_a_new_one(tmp_path: Path, told: list[tuple[str, Any]]) -> None:
    assert concluded(tmp_path, VERSION, True, Champion(VERSION)).what == "champion already"
    assert [what for what, _ in told] == ["record", "move"]


def test_without_a_version_the_registry_is_told_nothing(tmp_path: Path, told: list[tuple[str, Any]]) -> None:
    assert concluded(tmp_path, None, False, BEFORE) == AliasMove("not registered", None, BEFORE)
    assert told == []
