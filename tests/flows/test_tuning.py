"""A study whose models are all tuned alike: what a user sees of it, and that nothing is trained twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from tests.flows.clinics import DEADLINE, SHARED_PREFECT, Finished, environment, mtl, write_clinics

pytestmark = pytest.mark.faults

TRIALS = 2
TREES = {"name": "boosted_trees", "iterations": 30}
CHANGES: dict[str, Any] = {
    "baselines": ["network", TREES],
    "schemes": ["equal"],
    "seeds": [0],
    "training": {"epochs": 4, "patience": 2, "batch_size": 256},
    "tuning": {"trials": TRIALS},
    "gate": {"confidence": 0.5},  # point estimates need no fresh seeds, which would be trained besides
}
SUBJECTS = 2 + 2 * 2
"""Equal and constant weights; two baselines of two tasks."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tuning") / "home"


@pytest.fixture(scope="module")
def first(home: Path) -> Finished:
    done = mtl(home, "run", write_clinics(home.parent, **CHANGES), "--json")
    assert done.status == 0, done.err
    return done


def test_every_model_has_as_many_trials_and_the_chosen_ones_are_not_trained_again(first: Finished) -> None:
    choices = first.outcome["tuning"]["choices"]
    assert [choice["trials"] for choice in choices] == [TRIALS] * SUBJECTS
    assert first.outcome["effort"]["trained"] == TRIALS * SUBJECTS
    assert first.outcome["tuning"]["candidate_from"] == 2 * TRIALS
    assert first.outcome["tuning"]["opponent_from"] == {"north": 2 * TRIALS, "south": 2 * TRIALS}
    assert any(sentence.startswith(f"Tuned on validation: {TRIALS} trials") for sentence in first.outcome["remarks"])


def test_the_leaderboard_has_the_settings_of_each_contender_by_task(first: Finished) -> None:
    told = {choice["subject"]: choice["settings"] for choice in first.outcome["tuning"]["choices"]}
    for standing in first.outcome["leaderboard"]["standings"]:
        subject, _, seed = standing["run"].partition(", seed ")
        assert standing["settings"] == told[subject], seed


def test_each_trial_is_a_child_of_its_own(home: Path, first: Finished) -> None:
    client = MlflowClient(f"sqlite:///{home / 'mlflow.db'}")
    experiment = client.get_run(first.outcome["run_id"]).info.experiment_id
    found = client.search_runs([experiment], "tags.level = 'trial'")
    assert len(found) == TRIALS * SUBJECTS
    assert {run.info.run_name for run in found} >= {"equal, trial 0", "boosted trees(iterations=30) south, trial 1"}
    for run in found:
        assert run.data.tags["mlflow.parentRunId"] == first.outcome["run_id"]
        told = [name for name in run.data.params if name.startswith("trial.")]
        assert bool(told) == (run.data.tags["trial"] != "0")


def test_more_trials_find_those_that_there_are(home: Path, first: Finished) -> None:
    more = write_clinics(home.parent, **{**CHANGES, "tuning": {"trials": TRIALS + 1}})
    again = mtl(home, "run", more)
    assert f"Tuned on validation: {TRIALS + 1} trials for each of 2 approaches" in " ".join(again.out.split())
    assert f"{SUBJECTS} runs trained, {TRIALS * SUBJECTS} reused" in " ".join(again.out.split())
    assert first.outcome["tuning"]["choices"]


@pytest.mark.long
def test_a_bound_on_the_time_makes_as_many_trials_of_each_model_and_finds_those_that_had_ended(
    home: Path, first: Finished
) -> None:
    done = mtl(home, "run", write_clinics(home.parent, **CHANGES), "--time", "1h", "--json")
    assert done.status == 0, done.err
    tuning = done.outcome["tuning"]
    assert tuning["timed"]
    assert tuning["choices"] == first.outcome["tuning"]["choices"]
    assert done.outcome["effort"]["trained"] == 0
    assert done.outcome["asked_seconds"] == 3600


@pytest.mark.long
def test_a_time_that_is_too_short_still_gives_every_model_its_first_trial_and_says_so(
    home: Path, first: Finished
) -> None:
    assert first.outcome["tuning"]["choices"]
    untuned = {key: value for key, value in CHANGES.items() if key != "tuning"}
    done = mtl(home, "run", write_clinics(home.parent, **untuned), "--time", "1s")
    assert done.status == 0, done.err
    text = " ".join(done.out.split())
    assert "Tuned on validation: 1 trial for each of 2 approaches and each of 4 single-task models, as many" in text
    assert "--time asked for 1 s, which is too short for this study even without tuning." in text


def test_a_time_that_is_none_is_a_mistake(home: Path) -> None:
    done = mtl(home, "run", write_clinics(home.parent, **CHANGES), "--time", "soon")
    assert done.status == 2
    assert done.err.splitlines()[-1].startswith(
        "--time: expected a number above 0 and s, m or h, such as 90s, 10m or 2h; got 'soon'"
    )


def test_a_trial_that_loses_its_worker_has_failed_and_the_others_are_made_once(tmp_path: Path) -> None:
    apart = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.tune_faulty", str(tmp_path)],
        check=False,
        env=environment(tmp_path, {**SHARED_PREFECT, **apart}),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stderr
    first, again = json.loads(done.stdout)
    models = ("equal", "fixed(tuned)", "single-task hba1c", "single-task diabetes", "single-task health")
    assert {trial for trial, *_ in first} == {f"{model}, trial {number}" for model in models for number in range(3)}
    assert {trial for trial, left, _ in first if not left} == {f"single-task health, trial {k}" for k in (1, 2)}
    assert not any(reused for *_, reused in first)
    assert {trial for trial, _, reused in again if not reused} == {f"single-task health, trial {k}" for k in (1, 2)}
    assert len(again) == len(first)
