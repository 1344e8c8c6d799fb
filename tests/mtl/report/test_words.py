"""Sentences that tell a person what happened to the champion, and to a decision that was made again."""

from dataclasses import replace

import pytest

from mtl.promotion.gate import decide
from mtl.registry import Champion, DecisionRecord, ModelVersion, NoChampion, Origin, Verified
from mtl.report.words import move_sentence, repetition, verification
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


RECORD = DecisionRecord(
    "reviews", "4", True, "Promote.", "2026-01-31T12:00:00.5", None, "ada@host", Origin("run", "d", "e", "p"), "f", "b"
)


def test_a_version_that_is_as_it_was_decided_on_says_who_asked_and_whether_the_signature_was_looked_at() -> None:
    for signed, words in ((True, "signed with the trusted key"), (None, "MTL_TRUSTED_KEY names no key")):
        told = verification(Verified(VERSION, RECORD, (), signed))
        assert "version 4 of reviews is, in every file, what was decided on (to promote, 2026-01-31T12:00:00)" in told
        assert "asked for by ada@host, study run" in told
        assert words in told


def test_a_version_that_was_changed_lists_what_is_wrong() -> None:
    lines = verification(Verified(VERSION, RECORD, ("one", "two"), False)).splitlines()
    assert lines == ["version 4 of reviews is not what was decided on:", "  • one", "  • two"]
