"""Runs that start from other runs: each waits for its own, which may fail."""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.flows.clinics import DEADLINE, SHARED_PREFECT, environment


@dataclass(frozen=True)
class Fitted:
    """What became of the runs by subject; and each that was submitted, with whether its source had a result by then."""

    answers: dict[str, str]
    noted: list[list[object]]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    folder = tmp_path_factory.mktemp("fitting")
    command = [sys.executable, "-m", "tests.flows.fit_faulty", str(folder)]
    apart = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
    env = environment(folder, {**SHARED_PREFECT, **apart})
    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return Fitted(**json.loads(done.stdout))


def test_a_run_that_starts_from_another_waits_for_it(fitted: Fitted) -> None:
    assert ["single-task diabetes after health", True] in fitted.noted
    assert all(ready for _, ready in fitted.noted)


def test_a_run_whose_source_failed_fails_with_its_reason(fitted: Fitted) -> None:
    told = "PretrainingFailedError('the run that it starts from, single-task hba1c, seed 0, failed: planted')"
    assert fitted.answers["single-task diabetes after hba1c"] == told


def test_a_source_that_left_nothing_is_tried_again_but_not_by_the_runs_that_start_from_it(fitted: Fitted) -> None:
    submitted = [run for run, _ in fitted.noted]
    assert submitted.count("single-task hdl") == 4
    told = "PretrainingFailedError('the run that it starts from, single-task hdl, seed 0, left no result')"
    for task in ("diabetes", "health"):
        assert f"single-task {task} after hdl" not in submitted
        assert fitted.answers[f"single-task {task} after hdl"] == told


def test_the_other_runs_finish(fitted: Fitted) -> None:
    finished = {run for run, answer in fitted.answers.items() if answer == "finished"}
    assert finished == {"equal", "single-task diabetes", "single-task health", "single-task diabetes after health"}
    assert fitted.answers["single-task hdl"] == "WorkerDiedError('killed')"
    assert fitted.answers["single-task hba1c"] == "failed"
