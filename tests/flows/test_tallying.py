"""What studies came to is counted, whatever they came to."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows import tallying
from flows.tallying import FOLDER, read_tallies, tallied
from mtl.errors import DataError
from mtl.report.outcome import Outcome
from tests.flows.clinics import stay
from tests.mtl.report.outcomes import outcome_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stay(monkeypatch, tmp_path / "home", MTL_METRICS=str(tmp_path / "metrics" / "mtl.prom"))
    return tmp_path / "home"


def ends(outcome: Outcome) -> None:
    @tallied
    def flow(spec: str) -> Outcome:
        return outcome

    assert flow(outcome.study) is outcome


def fails(spec: str) -> None:
    @tallied
    def flow(spec: str) -> Outcome:
        raise DataError("no file at https://me:planted@host\nat all")

    with pytest.raises(DataError):
        flow(spec=spec)


def test_what_studies_come_to_is_counted_by_name(home: Path) -> None:
    outcome = outcome_of()
    ends(outcome)
    ends(replace(outcome, unchanged_since="2026-01-01T00:00:00+00:00"))
    ends(replace(outcome, failures={"equal, seed 0": "diverged"}))
    fails("/nowhere/other.yaml")
    by_name = {tally.study: tally for tally in read_tallies(home)}
    mine = by_name[outcome.study]
    assert (mine.results, mine.runs_failed, mine.is_failing) == ({"accepted": 2, "unchanged": 1}, 1, False)
    assert mine.sentence == outcome.decision.sentence
    assert mine.late == 0.0
    other = by_name["other.yaml"]
    assert (other.results, other.is_failing) == ({"failed": 1}, True)
    assert "planted" not in other.sentence
    assert "\n" not in other.sentence


def test_what_has_drifted_is_told_until_a_new_champion_knows_it(home: Path) -> None:
    outcome = replace(outcome_of(), drifted=("age",))
    ends(outcome)
    fails(f"/nowhere/{outcome.study}.yaml")
    assert {tally.study: tally.drifted for tally in read_tallies(home)}[outcome.study] == ("age",)
    ends(replace(outcome, moved=True))
    assert {tally.study: tally.drifted for tally in read_tallies(home)}[outcome.study] == ()


def test_prometheus_finds_the_file_whole(home: Path) -> None:
    outcome = outcome_of()
    ends(outcome)
    [file] = (home.parent / "metrics").iterdir()
    assert f'mtl_studies_total{{study="{outcome.study}",result="accepted"}} 1' in file.read_text()


def test_no_study_fails_for_what_cannot_be_counted(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(tallying, "write_text", full)
    ends(outcome_of())
    assert "could not be counted: no space left" in caplog.text
    assert read_tallies(home) == ()


def test_a_file_that_is_no_tally_is_passed_over(home: Path) -> None:
    ends(outcome_of())
    (home / FOLDER / "broken.json").write_text("{")
    assert len(read_tallies(home)) == 1
