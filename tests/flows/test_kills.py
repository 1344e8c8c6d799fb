"""Killed with SIGKILL, a worker or the whole study: what was finished is kept, and the study comes to its decision."""

import json
import os
import signal
import sqlite3
from pathlib import Path

import pytest
from filelock import FileLock

from mtl import registry
from mtl.process_identity import who_asks
from mtl.registry import Registry
from mtl.study.store import Store
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.family import children, worker, workers
from tests.flows.waiting import ended, until

pytestmark = pytest.mark.faults

RUNS = 12
"""One of both tasks and one of each, and three fresh seeds of all of them."""

LONG = {"epochs": 150, "patience": 150, "batch_size": 32}
"""Runs of several seconds each: long enough to be found and killed."""


def test_a_run_whose_worker_is_killed_is_tried_again(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec, "--json", own_prefect=True)
    victim = until(lambda: worker(process.pid), "the first worker's start")
    os.kill(victim, signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    effort = json.loads(out)["effort"]
    assert (effort["trained"], json.loads(out)["failures"]) == (RUNS, {})
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        tries = dict(connection.execute("select name, run_count from task_run where task_key like 'fit%'").fetchall())
    assert sorted(tries.values()) == [*[1] * (RUNS - 1), 2]


def test_a_study_that_was_killed_goes_on_with_the_runs_it_had_finished(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec, own_prefect=True)
    results = until(lambda: list(Store(home).runs.glob("[!.]*/result.json")), "the first finished run")
    started = [*workers(process.pid), *children(process.pid)]
    process.kill()
    process.communicate()
    assert all(ended(pid) for pid in started), "a worker or the Prefect server outlived its study"
    finished = {path: path.read_text() for path in Store(home).runs.glob("[!.]*/result.json")}
    assert set(results) <= set(finished)
    done = mtl(home, "run", spec, "--json", own_prefect=True)
    assert done.status == 0, done.err
    assert done.outcome["effort"]["reused"] == len(finished)
    assert done.outcome["effort"]["trained"] == RUNS - len(finished)
    assert {path: path.read_text() for path in finished} == finished
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        states = connection.execute("select state_name from flow_run order by created").fetchall()
    assert states == [("Crashed",), ("Completed",)]


def test_a_study_waits_for_another_one_in_the_same_home(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    home.mkdir()
    with FileLock(home / "study.lock"):
        process = start_mtl(home, "run", spec, own_prefect=True)
        assert process.stderr is not None
        assert process.stderr.readline().endswith("getting ready …\n")
        assert "follows it" in process.stderr.readline()
        assert process.poll() is None
        refused = mtl(home, "run", spec, "--no-wait", own_prefect=True)
        assert (refused.status, "another study is under way" in refused.err) == (1, True)
    _, err = process.communicate()
    assert process.returncode == 0, err


@pytest.mark.long
def test_a_study_of_a_name_that_another_home_has_under_way_waits_or_says_who_has_it(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    shared = f"sqlite:///{tmp_path / 'shared.db'}"
    with registry.hold_lease(Registry(shared), "a study of clinics under way", 0.0) as lease:
        refused = mtl(home, "run", spec, "--no-wait", MLFLOW_TRACKING_URI=shared)
        assert refused.status == 1
        assert f"another process has a study of clinics under way: {who_asks()}, process {os.getpid()}" in refused.err
        assert "Traceback" not in refused.err
        waiting = start_mtl(home, "run", spec, "--json", MLFLOW_TRACKING_URI=shared)
        assert waiting.stderr is not None
        assert any("this one waits" in line for line in iter(waiting.stderr.readline, ""))
        assert waiting.poll() is None
        assert not Store(home).runs.exists()
    out, err = waiting.communicate()
    assert waiting.returncode == 0, err
    with sqlite3.connect(tmp_path / "shared.db") as connection:
        query = "select run_uuid, value from tags where key = 'attempt'"
        attempts = dict(connection.execute(query).fetchall())
    assert len(attempts) == 1 + json.loads(out)["effort"]["trained"]
    assert all(int(attempt) > lease.number for attempt in attempts.values())
