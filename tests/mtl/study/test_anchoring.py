"""The anchor moves to a champion that is surely better than it on every task, and to the first one."""

from typing import Any

import pytest

from mtl import registry
from mtl.errors import PromotionRefusedError
from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared
from mtl.registry import Champion, ModelVersion, NoChampion, Registry
from mtl.study import anchoring
from mtl.study.alias_move import AliasMove
from mtl.study.anchoring import follow, score_former
from mtl.study.locked_test import AnyChampion, ChampionOnTest
from mtl.study.store import Store
from tests.mtl.promotion.cases import TASKS, make_comparison, make_difference
from tests.mtl.study.fitted import FittedStudy

WHERE = Registry("sqlite:///nowhere.db")
NEW = ModelVersion("small", "4", "run")
ONE, TWO = (Champion(ModelVersion("small", number, "run")) for number in ("1", "2"))
NONE = NoChampion("small")
BETTER = tuple(make_difference(task) for task in TASKS)
ALIKE = (make_difference(TASKS[0]), make_difference(TASKS[1], lower=-0.01))


class Told:
    """What the registry answers and is told."""

    def __init__(self, patch: pytest.MonkeyPatch, anchor: AnyChampion) -> None:
        self.moves: list[tuple[Any, ...]] = []
        patch.setattr(registry, "read_anchor", lambda _, __: anchor, raising=False)
        patch.setattr(registry, "move_anchor", self.move, raising=False)

    def move(self, _: Registry, *told: object) -> None:
        self.moves.append(told)


def compared(version: str, differences: Any) -> ChampionAnswer:  # noqa: ANN401
    return ChampionCompared(version, differences)


@pytest.mark.parametrize(
    ("anchor", "champion", "former", "moves"),
    [
        (NONE, ChampionAbsent(), ChampionAbsent(), True),
        (ONE, compared("1", BETTER), ChampionAbsent(), True),
        (ONE, compared("1", ALIKE), ChampionAbsent(), False),
        (ONE, compared("2", ALIKE), compared("1", BETTER), True),
        (ONE, compared("2", BETTER), compared("1", ALIKE), False),
        (ONE, compared("2", BETTER), ChampionAbsent(), False),
        (ONE, compared("1", ()), ChampionAbsent(), False),
    ],
)
def test_a_new_champion_becomes_the_anchor_if_it_is_surely_better_everywhere(
    monkeypatch: pytest.MonkeyPatch, anchor: AnyChampion, champion: ChampionAnswer, former: ChampionAnswer, moves: bool
) -> None:
    told = Told(monkeypatch, anchor)
    comparison = make_comparison(*BETTER, champion=champion)
    object.__setattr__(comparison, "anchor", former)
    follow(WHERE, AliasMove("promoted", NEW, TWO), comparison)
    assert told.moves == ([("small", "4", anchor)] if moves else [])


@pytest.mark.parametrize(("anchor", "moves"), [(NONE, True), (ONE, False)])
def test_a_promotion_by_hand_names_the_first_anchor_and_moves_none(
    monkeypatch: pytest.MonkeyPatch, anchor: AnyChampion, moves: bool
) -> None:
    told = Told(monkeypatch, anchor)
    follow(WHERE, AliasMove("promoted", NEW, TWO), None)
    assert bool(told.moves) == moves


@pytest.mark.parametrize("what", ["rejected", "waiting", "champion already", "judged"])
def test_without_a_new_champion_the_anchor_stays(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:  # noqa: ANN401
    told = Told(monkeypatch, NONE)
    follow(WHERE, AliasMove(what, NEW, ONE), make_comparison(*BETTER))
    assert told.moves == []


def test_a_promotion_that_comes_between_is_left_to_move_the_anchor_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    Told(monkeypatch, NONE)

    def refuse(*_: object) -> None:
        raise PromotionRefusedError("version 5 is champion now")

    monkeypatch.setattr(registry, "move_anchor", refuse, raising=False)
    follow(WHERE, AliasMove("promoted", NEW, ONE), make_comparison(*BETTER))


@pytest.mark.parametrize(("anchor", "asked"), [(ONE, ["1"]), (TWO, ["1", "2"]), (NONE, ["1", "none"])])
def test_the_anchor_is_scored_where_it_is_not_the_champion(
    monkeypatch: pytest.MonkeyPatch, fitted: FittedStudy, anchor: AnyChampion, asked: list[str]
) -> None:
    Told(monkeypatch, anchor)
    scored: list[str] = []

    def score(_: object, __: object, version: AnyChampion, ___: object) -> ChampionOnTest | ChampionAbsent:
        scored.append(getattr(version, "version", "none"))
        return ChampionAbsent() if isinstance(version, NoChampion) else ChampionOnTest(version.version, {})

    monkeypatch.setattr(anchoring, "score_champion", score)
    found = score_former(fitted.study.spec, WHERE, Store(fitted.folder), ONE, fitted.opened)
    assert scored == asked
    assert isinstance(found.champion, ChampionOnTest)
    assert isinstance(found.anchor, ChampionOnTest) == (anchor is TWO)
