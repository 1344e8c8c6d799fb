"""`mtl explain` and `mtl learning-curve`, as a user runs them: real data, real processes."""

import json
from pathlib import Path

import pytest

from tests.flows.clinics import mtl, write_clinics

pytestmark = pytest.mark.faults

TRAINING = {"epochs": 8, "patience": 2, "batch_size": 64}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a study was rejected, for it was to be better by more than anything is."""
    folder = tmp_path_factory.mktemp("explained")
    gate = {"confidence": 0.8, "margin": 0.9}
    spec = write_clinics(folder, gate=gate, training=TRAINING, schemes=["equal"])
    done = mtl(folder / "home", "run", spec)
    assert done.status == 0, done.err
    assert "Next: `mtl explain clinics`" in done.out
    assert done.err.startswith("Study of "), "the first words come before anything else"
    return folder / "home"


def test_each_task_that_is_not_better_has_a_cause_and_what_was_tried(home: Path) -> None:
    done = mtl(home, "explain", "clinics")
    assert done.status == 0, done.err
    assert done.err.startswith("Explaining clinics: getting ready …\n")
    for task in ("north: ", "south: "):
        assert task in done.out
    for tried in ("trained alone: loss", "a trunk 4 times as wide: loss", "half the labels: loss"):
        assert done.out.count(tried) == 2
    assert "no test row was read" in done.out
    plain = json.loads(mtl(home, "explain", "clinics", "--json").out)
    assert [each["cause"]["task"] for each in plain] == ["north", "south"]


@pytest.mark.long
def test_a_curve_tells_what_more_labels_would_bring(home: Path) -> None:
    done = mtl(home, "learning-curve", home.parent / "clinics.yaml")
    assert done.status == 0, done.err
    assert "twice as many would bring about" in done.out
    curves = json.loads(mtl(home, "learning-curve", home.parent / "clinics.yaml", "--json").out)
    assert [curve["task"] for curve in curves] == ["north", "south"]
    assert all(sorted(curve["labels"]) == curve["labels"] and len(curve["values"]) == 4 for curve in curves)


@pytest.mark.parametrize("name", ["nosuch", "../elsewhere"])
def test_a_study_that_was_not_run_is_a_line_that_says_what_to_do(home: Path, name: str) -> None:
    done = mtl(home, "explain", name)
    assert done.status == 2
    assert f"STUDY: '{name}' has no report in" in done.err
    assert f"run it first: `mtl run {name}`" in done.err
    assert "Traceback" not in done.err
