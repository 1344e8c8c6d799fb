"""A report on disk is whole: the page, the plots, and the evidence that its decision can be repeated from."""

import json
from pathlib import Path

import pytest

from mtl.report import report_folder
from mtl.report.report_folder import write_report
from mtl.report.report_material import Material
from mtl.report.report_names import PAGE
from mtl.spec import parse_spec
from mtl.study.deciding import repeat_decision
from tests.mtl.report.materials import CHECKS, material_of, without_candidate
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow

EVIDENCE = {"report.html", "report.md", "decision.json", "evidence.npz", "data_checks.json", "spec.json"}
CARD = {"model_card.md"}
TABLES = {"comparison.json", "standings_on_validation.json", "leaderboard.json", "tuning.json"}
PLOTS = {"differences.png", "weights.png", "gradient_cosines.png"}


@pytest.fixture(scope="module")
def material(fitted: FittedStudy) -> Material:
    return material_of(fitted)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_report_holds_the_page_the_evidence_and_the_plots(material: Material, tmp_path: Path) -> None:
    folder = write_report(material, tmp_path / "small")
    assert names(folder) == EVIDENCE | CARD | TABLES | PLOTS
    page = (folder / PAGE).read_text(encoding="utf-8")
    assert page.startswith(f"# small\n\n**{material.decided.decision.sentence}**\n")
    assert "- hba1c: a lucky seed.\n- hba1c: too little data: 9 labels.\n" in page
    assert "## Leaderboard\n\nOn hba1c a linear model is the strongest.\n\n| task | metric |" in page
    for plot in PLOTS:
        assert (folder / plot).read_bytes().startswith(b"\x89PNG\r\n"), plot


def test_what_was_asked_and_checked_is_stored_as_it_was(material: Material, tmp_path: Path) -> None:
    folder = write_report(material, tmp_path / "small")
    assert json.loads((folder / "data_checks.json").read_text()) == CHECKS
    assert "age is <odd>" in (folder / PAGE).read_text()
    stored = json.loads((folder / "spec.json").read_text())
    assert parse_spec(json.dumps(stored)).gated_tasks == material.spec.gated_tasks
    standings = json.loads((folder / "standings_on_validation.json").read_text())
    assert set(standings) == {str(run.name) for run in material.runs if run.name.approach}


def test_the_decision_of_a_report_can_be_made_again_from_it(material: Material, tmp_path: Path) -> None:
    repeated = repeat_decision(write_report(material, tmp_path / "small"))
    assert repeated.same, repeated.differences
    assert repeated.again == material.decided.decision


def test_a_new_report_leaves_nothing_of_the_last_one(material: Material, tmp_path: Path) -> None:
    folder = write_report(material, tmp_path / "small")
    (folder / "left.txt").write_text("of the last one")
    assert "left.txt" not in names(write_report(material, tmp_path / "small"))
    assert names(tmp_path) == {"small"}


def test_a_report_that_cannot_be_finished_leaves_the_last_one(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_report(material, tmp_path / "small")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(report_folder, "png", full)
    with pytest.raises(OSError, match="no space left"):
        write_report(material, tmp_path / "small")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_study_without_a_candidate_has_a_report_too(fitted: FittedStudy, tmp_path: Path) -> None:
    folder = write_report(without_candidate(fitted), tmp_path / "small")
    assert names(folder) == EVIDENCE | TABLES - {"comparison.json"}
    assert "Nothing was compared" in (folder / PAGE).read_text(encoding="utf-8")
    assert repeat_decision(folder).same
