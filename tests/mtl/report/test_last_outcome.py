from dataclasses import replace
from pathlib import Path

import pytest

from mtl.manifest import write_manifest
from mtl.report.last_outcome import FILE, LastOutcome, keep, read_last
from mtl.report.outcome import Effort
from tests.mtl.report.outcomes import outcome_of

LAST = LastOutcome("ab" * 32, "2026-11-26T12:02:00+01:00", outcome_of())


def test_what_is_kept_is_what_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "outcomes" / "reviews"
    assert read_last(folder) is None
    keep(LAST, folder)
    assert read_last(folder) == LAST
    later = replace(LAST, ended="2026-11-27T12:02:00+01:00", outcome=outcome_of(report=Path("/another")))
    keep(later, folder)
    assert read_last(folder) == later
    assert [path.name for path in folder.parent.iterdir()] == ["reviews"]


def test_what_was_changed_by_hand_is_nothing_and_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    keep(LAST, folder)
    file = folder / FILE
    file.write_text(file.read_text(encoding="utf-8").replace('"version": "1"', '"version": "2"'), encoding="utf-8")
    assert read_last(folder) is None
    assert [path.name for path in tmp_path.iterdir()] == ["reviews.damaged-1"]


@pytest.mark.parametrize("found", ["", "{", '{"question": "ab"}', "\x00", '{"question": 1, "ended": 2, "outcome": 3}'])
def test_what_another_version_of_this_program_wrote_is_nothing(tmp_path: Path, found: str) -> None:
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / FILE).write_text(found, encoding="utf-8")
    write_manifest(folder)
    assert read_last(folder) is None


def test_whoever_asks_again_is_told_that_nothing_was_trained_and_since_when() -> None:
    again = LAST.told_again(champion="1")
    assert again.effort == Effort(trained=0, reused=27, training_seconds=0.0, workers=2)
    assert again.unchanged_since == LAST.ended
    assert again.promotion == "The candidate is version 1 of reviews, which is the champion already."
    assert (
        replace(again, effort=LAST.outcome.effort, promotion=LAST.outcome.promotion, unchanged_since=None)
        == LAST.outcome
    )


def test_what_had_drifted_is_told_again_unless_the_new_champion_knows_it() -> None:
    drifted = replace(LAST, outcome=replace(LAST.outcome, drifted=("age",)))
    assert drifted.told_again("1").drifted == ("age",)
    assert replace(drifted, outcome=replace(drifted.outcome, moved=True)).told_again("1").drifted == ()


@pytest.mark.parametrize("champion", [None, "2"])
def test_a_version_that_is_not_champion_is_not_called_so(champion: str | None) -> None:
    assert LAST.told_again(champion).promotion == LAST.outcome.promotion
