"""Data with defects that the check lets pass reach a decision, which names them; what it refuses trains nothing."""

from functools import reduce
from pathlib import Path

import pytest

from mtl.study.store import Store
from tests.data_checks.houses import TEXT, Defect, houses, on_side, written
from tests.flows.clinics import Finished, mtl

pytestmark = pytest.mark.faults

PASSING: tuple[Defect, ...] = (
    on_side("validation", "price", None),
    on_side("test", "sold", 1),
    on_side("test", "grade", "superb", keep=420),
    written("age", slice(0, 40), -999.0),
    written("town", slice(0, 40), "NA"),
)


def write_houses(folder: Path, *defects: Defect) -> Path:
    reduce(lambda table, defect: defect(table), defects, houses()).to_csv(folder / "houses.csv", index=False)
    spec = folder / "houses.yaml"
    spec.write_text(TEXT, encoding="utf-8")
    return spec


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    folder = tmp_path_factory.mktemp("odd")
    return folder / "home", mtl(folder / "home", "run", write_houses(folder, *PASSING), "--json")


def test_what_passes_reaches_a_decision_and_each_task_has_its_own(decided: tuple[Path, Finished]) -> None:
    finished = decided[1]
    assert finished.status == 0, finished.err
    decision = finished.outcome["decision"]
    reasons = {each["task"]: each["reason"] for each in decision["verdicts"]}
    assert reasons["price"] == "not judged: the validation side holds no label"
    assert reasons["sold"] == "not judged: the test side holds 436 labels, all of class 1"
    assert reasons["grade"].startswith("accuracy ")
    assert decision["promote"] is False
    assert "price is not judged: the validation side holds no label" in decision["sentence"]


def test_the_warnings_stand_beside_the_decision_and_in_its_report(decided: tuple[Path, Finished]) -> None:
    home, finished = decided
    page = (Store(home).report("houses") / "report.md").read_text(encoding="utf-8")
    told = {warning.partition(":")[0] for warning in finished.outcome["warnings"]}
    assert told == {"age", "town", "grade", "price", "sold"}
    assert all(f"- {warning}" in page for warning in finished.outcome["warnings"])


def test_the_decision_is_made_again_from_its_evidence(decided: tuple[Path, Finished]) -> None:
    assert mtl(decided[0], "decide", "houses").out.startswith("The same decision from the evidence: Reject: ")


def test_what_the_check_refuses_the_run_refuses_in_the_same_words(tmp_path: Path) -> None:
    spec = write_houses(tmp_path, on_side("train", "sold", 0))
    checked, run = (mtl(tmp_path / "home", command, spec) for command in ("check", "run"))
    assert (checked.status, run.status) == (1, 1)
    assert "Traceback" not in run.err
    cause = "the training side holds 758 labels with 1 distinct values"
    assert all(cause in " ".join(told.split()) for told in (checked.out, run.err))
