"""What a person reads of a study's outcome, in a terminal of 80 columns or in a file."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from mtl.promotion.likely_causes import NO_CAUSE
from mtl.report.outcome import Effort, Outcome
from mtl.report.terminal import print_outcome
from mtl.tuning.tuned import Choice, Tuning
from tests.mtl.promotion.cases import FAULTS, make_evidence
from tests.mtl.report.outcomes import outcome_of


def printed(outcome: Outcome, seconds: float = 61.0, width: int = 200, asked: float | None = None) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        print_outcome(outcome, console, seconds, asked)
    return capture.get()


def rejected() -> Outcome:
    return outcome_of(FAULTS["worse"](make_evidence(), 0))


def test_a_promotion_is_a_table_a_sentence_and_the_new_champion() -> None:
    outcome = outcome_of()
    text = printed(outcome)
    lines = text.splitlines()
    assert any(line.split()[:1] == ["price"] and line.rstrip().endswith("better") for line in lines)
    assert outcome.decision.sentence in lines
    assert outcome.promotion in lines
    assert "could take over" not in text


def test_a_rejection_says_what_the_candidate_could_take_over() -> None:
    outcome = rejected()
    assert outcome.decision.replaceable == ("sold",)
    assert "The candidate could take over: sold." in printed(outcome).splitlines()


def test_causes_are_told_unless_there_is_none() -> None:
    causes = ("price: task conflict.", f"sold: {NO_CAUSE}.")
    text = printed(replace(rejected(), causes=causes))
    assert "  • price: task conflict." in text.splitlines()
    assert NO_CAUSE not in text


def test_runs_that_failed_or_were_not_trained_are_named_with_their_reason() -> None:
    outcome = replace(
        outcome_of(),
        failures={"equal, seed 1": "the loss of price is not finite"},
        undefined={"mgda with soft": "no parameter is shared"},
    )
    lines = printed(outcome).splitlines()
    assert "Failed run: equal, seed 1: the loss of price is not finite" in lines
    assert "Not trained: mgda with soft: no parameter is shared" in lines


def test_the_effort_is_told_in_plain_numbers() -> None:
    told = "24 runs trained, 3 reused; 61.0 s in all for 72.9 s of training on 2 processes"
    assert told in printed(outcome_of()).splitlines()
    known = replace(outcome_of(), effort=Effort(trained=0, reused=27, training_seconds=0.0, workers=2))
    assert "0 runs trained, 27 reused; 61.0 s in all" in printed(known).splitlines()


def test_objections_come_before_what_was_measured_besides() -> None:
    outcome = replace(rejected(), causes=("price: task conflict.", f"sold: {NO_CAUSE}."))
    lines = printed(outcome).splitlines()
    objection = lines.index(f"  • {outcome.decision.reasons[0]}")
    assert lines.index(outcome.decision.sentence) < objection < lines.index("What was measured besides:")
    many = replace(outcome.decision, reasons=tuple(f"objection {number}" for number in range(15)))
    lines = printed(replace(outcome, decision=many)).splitlines()
    assert "  • objection 11" in lines
    assert "  • objection 12" not in lines
    assert "  • 3 more objections are in the report" in lines


def test_the_last_lines_say_what_to_do_next() -> None:
    def steps(outcome: Outcome) -> list[str]:
        return [line for line in printed(outcome).splitlines() if line.startswith("Next: ")]

    assert steps(outcome_of()) == ["Next: `mtl serve reviews` serves the champion over HTTP"]
    waiting = replace(outcome_of(), promotion="Registered as version 1, to be promoted with `mtl promote reviews`.")
    assert steps(waiting)[0] == "Next: `mtl promote reviews` makes the accepted version the champion"
    explain = "Next: `mtl explain reviews` looks for the causes, by short trainings that read no test row"
    assert steps(rejected()) == [explain]
    undecided = outcome_of(FAULTS["lower below the margin"](make_evidence(), 0))
    assert steps(undecided) == [
        explain,
        "Next: `mtl learning-curve reviews` says what more labels would bring on price",
    ]
    assert steps(outcome_of(replace(make_evidence(), comparison=None))) == []


@pytest.mark.parametrize("width", [80, 120])
def test_the_lines_of_a_bullet_stand_below_its_first_word(width: int) -> None:
    outcome = replace(rejected(), causes=("price: " + "a long cause " * 24,))
    lines = printed(outcome, width=width).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  • price: a long"))
    assert lines[first + 1].startswith("    ")
    assert lines[first + 1][4] != " "


def test_who_asks_again_is_told_first_that_nothing_has_changed_since_when() -> None:
    again = replace(outcome_of(), unchanged_since="2026-11-26T12:02:00+00:00")
    first, *_ = printed(again).splitlines()
    here = datetime.fromisoformat("2026-11-26T12:02:00+00:00").astimezone()
    assert first.startswith(f"Nothing has changed since {here:%Y-%m-%d %H:%M}: data, spec, code and champion")
    assert "Nothing has changed" not in printed(outcome_of())


@pytest.mark.parametrize(
    ("trials", "asked", "told"),
    [
        (1, 60.0, "It took 61 s; --time asked for 60 s, which is too short for this study even without tuning."),
        (4, 60.0, "It took 61 s; --time asked for 60 s."),
        (4, 90.0, None),
        (4, None, None),
    ],
)
def test_a_study_that_took_longer_than_it_was_to_says_so(trials: int, asked: float | None, told: str | None) -> None:
    tuning = Tuning((Choice("equal", "", trials, 0, 0, 0, {}, 1.0, 1.0),), 1, {}, timed=True)
    lines = printed(replace(outcome_of(), tuning=tuning), asked=asked).splitlines()
    assert [line for line in lines if line.startswith("It took")] == ([told] if told else [])


@pytest.mark.parametrize(("below", "shown"), [(True, "reports/reviews/report.html"), (False, None)])
def test_the_report_is_named_from_here_where_it_lies_below(
    below: bool, shown: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    folder = (here if below else tmp_path / "elsewhere") / "reports" / "reviews"
    last = printed(outcome_of(report=folder)).splitlines()[-1]
    assert last == f"Look further: `mtl report`, {shown or folder / 'report.html'}; `mtl ui` (runs and models)"


def test_a_narrow_terminal_breaks_lines_and_loses_no_word() -> None:
    outcome = replace(rejected(), causes=("price: " + "a long cause " * 12,))
    narrow, wide = printed(outcome, width=80), printed(outcome)
    assert max(map(len, narrow.splitlines())) <= 80
    assert set(wide.split()) <= set(narrow.split())


def test_a_study_that_compared_nothing_says_so() -> None:
    outcome = outcome_of(replace(make_evidence(), comparison=None))
    assert "Nothing was compared" in printed(outcome)
    assert outcome.decision.sentence in printed(outcome).splitlines()


def test_warnings_about_the_data_are_told_the_first_of_them_in_full() -> None:
    outcome = replace(outcome_of(), warnings=tuple(f"column [{number}] is odd" for number in range(5)))
    lines = printed(outcome).splitlines()
    assert "Data: column [0] is odd" in lines
    assert "2 more warnings about the data are in the report" in lines
    assert "Data: column [3] is odd" not in lines
