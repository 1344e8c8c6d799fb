"""A study whose approaches are stopped early, half of them at a time: what a user sees of it, and what it saves."""

from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from tests.flows.clinics import Finished, mtl, write_clinics

pytestmark = pytest.mark.faults

SCHEMES = ["equal", "pcgrad", "uncertainty", "famo", "random"]
FINALISTS = 2
CHANGES: dict[str, Any] = {
    "schemes": SCHEMES,
    "seeds": [0, 1],
    "training": {"epochs": 8, "patience": 2, "batch_size": 256},
    "tuning": {"finalists": FINALISTS},
    "gate": {"confidence": 0.5},  # point estimates need no fresh seeds, which would be trained besides
}
ALONE = 2 * 2
"""A single-task network for each of two clinics, with two seeds."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("halving") / "home"


@pytest.fixture(scope="module")
def first(home: Path) -> Finished:
    done = mtl(home, "run", write_clinics(home.parent, **CHANGES), "--json")
    assert done.status == 0, done.err
    return done


def test_all_are_compared_after_as_many_epochs_and_few_are_trained_to_their_end(first: Finished) -> None:
    stopped = first.outcome["tuning"]["stopped"]
    assert [(each["epochs"], each["place"], each["among"]) for each in stopped] == [(2, 4, 5), (2, 5, 5), (4, 3, 3)]
    gone = {each["approach"] for each in stopped}
    contenders = {each["run"].partition(", seed ")[0] for each in first.outcome["leaderboard"]["standings"]}
    assert contenders == {*SCHEMES, "single-task north", "single-task south"} - gone
    assert first.outcome["effort"]["trained"] == len(gone) + 2 * FINALISTS + ALONE
    assert (
        "Of 5 approaches 2 were trained to their end; on validation the others were behind: 2 of 5 after 2 epochs, 1 of"
        " 3 after 4 epochs."
    ) in first.outcome["remarks"]


def test_each_that_was_stopped_is_a_child_and_a_line_of_the_report(home: Path, first: Finished) -> None:
    client = MlflowClient(f"sqlite:///{home / 'mlflow.db'}")
    experiment = client.get_run(first.outcome["run_id"]).info.experiment_id
    found = {run.info.run_name: run for run in client.search_runs([experiment], "tags.level = 'rung'")}
    stopped = first.outcome["tuning"]["stopped"]
    assert set(found) == {f"{each['approach']}, first {each['epochs']} epochs" for each in stopped}
    for run in found.values():
        assert (run.data.tags["mlflow.parentRunId"], run.info.status) == (first.outcome["run_id"], "KILLED")
    page = (Path(first.outcome["report"]) / "report.md").read_text()
    assert all(f"| {each['approach']} | {each['epochs']} | {each['place']} of " in page for each in stopped)


@pytest.mark.long
def test_nothing_is_trained_again_and_what_was_stopped_goes_on_when_it_is_asked_for(
    home: Path, first: Finished
) -> None:
    again = mtl(home, "run", home.parent / "clinics.yaml", "--again", "--json")
    assert again.outcome["effort"]["trained"] == 0, again.err
    assert again.outcome["tuning"]["stopped"] == first.outcome["tuning"]["stopped"]
    saved = {file.name for file in (home / "runs").glob("*.checkpoint")}
    assert len(saved) == len(first.outcome["tuning"]["stopped"])
    whole = mtl(home, "run", write_clinics(home.parent, **{**CHANGES, "tuning": {}}), "--json")
    assert whole.outcome["effort"]["trained"] == 2 * (len(SCHEMES) - FINALISTS)
    assert not list((home / "runs").glob("*.checkpoint"))
    assert whole.outcome["tuning"]["stopped"] == []
