"""`mtl decide`: a decision is made again from a report, from a study's name and from a run of MLflow."""

import json
from pathlib import Path

import pytest

from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, write_clinics


class Study:
    """A study that was run once."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.first: Finished = mtl(self.home, "run", write_clinics(folder, schemes=["equal"], seeds=[0]), "--json")
        self.report = Store(self.home).report("clinics")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(tmp_path_factory.mktemp("decided"))


def test_a_decision_is_the_same_whatever_it_is_asked_by(study: Study) -> None:
    sentence = study.first.outcome["decision"]["sentence"]
    for asked in (study.report, "clinics", study.first.outcome["run_id"]):
        done = mtl(study.home, "decide", asked, "--exit-code")
        assert (done.status, done.err) == (0, "")
        assert done.out.strip() == f"The same decision from the evidence: {sentence}"


def test_a_decision_that_was_edited_is_found_out(study: Study) -> None:
    decision = study.report / "decision.json"
    kept = decision.read_text()
    try:
        decision.write_text(json.dumps({**json.loads(kept), "replaceable": []}))
        done = mtl(study.home, "decide", study.report, "--exit-code")
    finally:
        decision.write_text(kept)
    assert done.status == 3
    assert "could take over: none; now north, south" in done.out


def test_what_is_no_report_and_no_run_is_a_clear_line(study: Study) -> None:
    done = mtl(study.home, "decide", "nosuch")
    assert done.status == 1
    assert "nosuch" in done.err
    assert "Traceback" not in done.err
