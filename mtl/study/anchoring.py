"""The anchor: the best former champion, to which every candidate is held beside what is served.

Held to the champion alone, quality may creep away: each candidate a little worse than the last, each by less than can
be shown. The anchor stays where it is until a champion is surely better on every task, so that small losses are all
counted from the same point (J. Feng, S. Emerson and N. Simon 2020, arXiv 1912.12413).
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from mtl import registry
from mtl.errors import PromotionRefusedError
from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown, Comparison
from mtl.spec import Spec
from mtl.study.alias_move import AliasMove
from mtl.study.locked_test import AnyChampion, ChampionOnTest, OpenedTest, score_champion
from mtl.study.store import Store

OnTest: TypeAlias = ChampionOnTest | ChampionAbsent | ChampionUnknown


@dataclass(frozen=True, eq=False)
class Former:
    """What the champion predicts for the test rows, and the anchor where that is another version."""

    champion: OnTest
    anchor: OnTest


def score_former(
    spec: Spec, where: registry.Registry, store: Store, champion: AnyChampion, opened: OpenedTest
) -> Former:
    """What both predict; that one cannot be loaded is its answer.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    anchor = registry.read_anchor(where, spec.name)
    same = isinstance(champion, registry.Champion) and getattr(anchor, "version", None) == champion.version
    scored = score_champion(where, store, champion, opened)
    return Former(scored, ChampionAbsent() if same else score_champion(where, store, anchor, opened))


def follow(where: registry.Registry, move: AliasMove, comparison: Comparison | None) -> None:
    """Move the anchor to a new champion that is surely better than it on every task; the first becomes it.

    Without a comparison, as of a promotion by hand, nobody is known to be better.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    if move.what != "promoted" or move.version is None:
        return
    anchor = registry.read_anchor(where, move.version.name)
    if isinstance(anchor, registry.NoChampion) or (comparison and anchor_is_passed(comparison, anchor.version)):
        with suppress(PromotionRefusedError):  # another became champion meanwhile: the anchor is for that one to move
            registry.move_anchor(where, move.version.name, move.version.version, anchor)


def anchor_is_passed(comparison: Comparison, anchor: str) -> bool:
    """Whether the candidate is surely better than this version, the anchor, on every task."""
    answer = _on_anchor(comparison, anchor)
    if not isinstance(answer, ChampionCompared):
        return False
    return bool(answer.differences) and all(paired.lower > 0 for paired in answer.differences)


def _on_anchor(comparison: Comparison, anchor: str) -> ChampionAnswer:
    """The candidate against the anchor, be that the champion of then or another version."""
    for answer in (comparison.champion, comparison.anchor):
        if isinstance(answer, ChampionCompared) and answer.version == anchor:
            return answer
    return ChampionUnknown(f"version {anchor} was not compared")
