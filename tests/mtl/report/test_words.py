"""Sentences that tell a person what happened to the champion, and to a decision that was made again."""

from dataclasses import replace

import pytest

from mtl.promotion.gate import decide
from mtl.registry import Champion, ModelVersion, NoChampion
from mtl.report.words import move_sentence, repetition
from mtl.study.alias_move import AliasMove
from mtl.study.deciding import Repeated
from mtl.study.locked_test import AnyChampion
from tests.mtl.promotion.cases import FAULTS, POLICY, make_evidence

VERSION = ModelVersion("reviews", "4", "run")
BEFORE = Champion(ModelVersion("reviews", "3", "run"))
NOBODY = NoChampion("reviews")


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        (
            AliasMove("not registered", None, BEFORE),
            "No version was registered; the champion stays as it was: version 3.",
        ),
        (
            AliasMove("rejected", VERSION, NOBODY),
            "Registered as version 4 of reviews; the champion stays as it was: no version.",
        ),
        (
            AliasMove("waiting", VERSION, BEFORE),
            "Registered as version 4 of reviews, to be promoted with `mtl promote reviews`; champion: version 3.",
        ),
        (
            AliasMove("champion already", VERSION, Champion(VERSION)),
            "The candidate is version 4 of reviews, which is the champion already.",
        ),
        (AliasMove("promoted", VERSION, BEFORE), "The new champion is version 4 of reviews, after version 3."),
        (AliasMove("promoted", VERSION, NOBODY), "The new champion is version 4 of reviews, after no version."),
    ],
    ids=lambda value: value.what if isinstance(value, AliasMove) else "",
)
def test_a_move_of_the_alias_names_the_version_and_the_champion_before(move: AliasMove, sentence: str) -> None:
    assert move_sentence(move) == sentence


@pytest.mark.parametrize("before", [BEFORE, NOBODY], ids=["a champion", "no champion"])
def test_only_a_promotion_speaks_of_a_new_champion(before: AnyChampion) -> None:
    sentences = {what: move_sentence(AliasMove(what, VERSION, before)) for what in ("rejected", "waiting", "promoted")}
    assert [what for what, sentence in sentences.items() if "new champion" in sentence] == ["promoted"]


def test_the_same_decision_is_said_with_its_sentence() -> None:
    decision = decide(make_evidence(), POLICY)
    assert repetition(Repeated(decision, decision, ())) == f"The same decision from the evidence: {decision.sentence}"


def test_another_decision_lists_every_difference_on_a_line() -> None:
    stored = decide(make_evidence(), POLICY)
    again = decide(FAULTS["worse"](make_evidence(), 0), POLICY)
    lines = repetition(Repeated(stored, again, ("price: better, now worse", "objections: none; now one"))).splitlines()
    assert lines[0] == "Another decision from the evidence than the one that is stored:"
    assert [line.strip("• ") for line in lines[1:]] == ["price: better, now worse", "objections: none; now one"]
    assert not Repeated(stored, replace(again, promote=True), ("one",)).same
