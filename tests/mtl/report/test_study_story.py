"""What MLflow's pages say of a study: short enough to be kept, and the same figures as the decision's."""

from dataclasses import replace
from datetime import datetime

import pytest

from mtl.evaluation.slices import SliceDifference
from mtl.promotion.gate import decide
from mtl.report.report_material import Material
from mtl.report.study_story import LONGEST, figures_on_test, model_card, run_title, shortened, study_note
from tests.mtl.promotion.cases import POLICY, make_comparison, make_difference, make_evidence
from tests.mtl.report.materials import material_of, without_candidate
from tests.mtl.study.fitted import FittedStudy

NOW = datetime(2026, 11, 26, 12, 2).astimezone()
PROMOTED = decide(make_evidence(), POLICY)


def test_a_study_is_named_by_what_was_decided_and_when() -> None:
    assert run_title("prices", PROMOTED, NOW) == "prices · promote 2/2 · 12:02"
    half = replace(PROMOTED.verdicts[0], verdict="worse")
    rejected = replace(PROMOTED, promote=False, verdicts=(half, PROMOTED.verdicts[1]))
    assert run_title("prices", rejected, NOW) == "prices · reject 1/2 · 12:02"


def test_figures_are_named_alike_for_every_task_and_only_known_ones_are_logged() -> None:
    unknown = make_difference("sold", lower=float("nan"))
    assert figures_on_test(make_comparison(make_difference(), unknown)) == {
        "test/price/baseline": 0.5,
        "test/price/candidate": 0.54,
        "test/price/difference": 0.04,
        "test/price/lower": 0.02,
        "test/price/upper": 0.06,
        "test/sold/baseline": 0.5,
    }
    assert figures_on_test(None) == {}


def test_a_note_begins_with_the_decision_and_says_where_the_report_is() -> None:
    note = study_note(PROMOTED, make_comparison(make_difference(), make_difference("sold")))
    assert note.startswith(f"**{PROMOTED.sentence}**\n\nCandidate: ")
    assert "| price | r2 ↑ | 0.5000 | 0.5400 | +0.0400 |" in note
    assert note.endswith("`report/report.html`.")


@pytest.mark.parametrize("lines", [1, 10, 1000, 100_000])
def test_what_is_too_long_for_mlflow_ends_after_a_whole_line_and_says_so(lines: int) -> None:
    told = shortened("a line of words\n" * lines)
    assert len(told) <= 5000
    assert set(told.splitlines()) <= {"a line of words", "", "… the rest is in the report."}
    assert ("…" in told) == (16 * lines > LONGEST)


@pytest.fixture(scope="module")
def material(fitted: FittedStudy) -> Material:
    return material_of(fitted)


@pytest.mark.slow
def test_a_model_card_says_what_it_is_for_how_good_it_is_and_what_limits_it(material: Material) -> None:
    card = model_card(material)
    assert card.startswith("# small\n\n## Use\n\nOne model that answers diabetes (binary), hba1c (regression),")
    comparison, candidate = material.decided.comparison, material.selection.candidate
    assert comparison is not None
    assert candidate is not None
    for each in comparison.tasks:
        assert f"| {each.task} | " in card
        assert f"{each.difference.candidate:.4f}" in card
    for verdict in material.decided.decision.verdicts:
        assert f"- {verdict.task} is {verdict.verdict}: {verdict.reason}." in card
    assert "- age is <odd>" in card
    assert f"sha256 {material.about.digest}" in card
    assert f"{candidate.result.parameters:,} parameters" in card
    assert "## Parts of the rows" not in card


@pytest.mark.slow
def test_a_model_card_has_the_parts_of_the_rows_that_were_asked_for(material: Material) -> None:
    part = SliceDifference("gender", "Female", make_difference("hba1c", lower=-0.2))
    assert material.decided.comparison is not None
    comparison = replace(material.decided.comparison, slices=(part,))
    card = model_card(replace(material, decided=replace(material.decided, comparison=comparison)))
    assert "| hba1c | gender: Female | 0.3200 | -0.1800 | surely worse |" in card


@pytest.mark.slow
def test_without_a_candidate_there_is_no_model_to_describe(fitted: FittedStudy) -> None:
    assert model_card(without_candidate(fitted)) == ""
