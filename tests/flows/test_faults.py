"""Planted faults: each is refused or survived, and none promotes."""

import json
import os
import signal
import socket
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from mtl import registry
from mtl.registry import Registry
from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, start_mtl, write_clinics
from tests.flows.waiting import until

LONG = {"epochs": 150, "patience": 150, "batch_size": 32}
"""Runs of several seconds each: long enough to be found and killed."""


def champion_of(home: Path) -> registry.Champion | registry.NoChampion:
    return registry.read_champion(Registry.in_folder(home), "clinics")


def verdicts(done: Finished) -> dict[str, str]:
    return {each["task"]: each["verdict"] for each in done.outcome["decision"]["verdicts"]}


def test_a_critical_data_failure_stops_before_any_training(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, checks={"columns": {"age": {"min": 0, "max": 120}}})
    table = pd.read_parquet(tmp_path / "clinics.parquet")
    table.loc[table.index[3], "age"] = 1048.0
    table.to_parquet(tmp_path / "clinics.parquet")
    done = mtl(home, "run", spec)
    assert done.status == 1
    assert "age" in done.err
    assert "1048" in done.err
    assert f"seqn={table['seqn'].iloc[3]}" in done.err
    assert "Traceback" not in done.err
    assert not Store(home).runs.exists()
    checked = mtl(home, "check", spec)
    assert checked.status == 1
    assert "1048" in checked.out


def test_an_unreachable_registry_is_told_before_any_training(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        done = mtl(tmp_path / "home", "run", write_clinics(tmp_path), MLFLOW_TRACKING_URI=address)
    assert done.status == 1
    assert address in done.err
    assert "Traceback" not in done.err
    assert not Store(tmp_path / "home").runs.exists()


def test_a_scheme_that_diverges_is_left_out_and_a_task_that_it_neglects_is_not_replaced(tmp_path: Path) -> None:
    diverging = {"name": "fixed", "weights": {"north": 1e39, "south": 1e39}}
    neglecting = {"name": "fixed", "weights": {"north": 1.0, "south": 0.0}}
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=[diverging, neglecting])
    done = mtl(home, "run", spec, "--json", "--exit-code")
    assert done.status == 3, done.err
    failures = done.outcome["failures"]
    assert len(failures) == 2
    assert all("NaN or infinite" in reason for reason in failures.values())
    assert verdicts(done)["south"] == "worse"
    assert verdicts(done)["north"] != "worse"
    assert done.outcome["decision"]["promote"] is False
    assert isinstance(champion_of(home), registry.NoChampion)


def test_a_missing_baseline_never_promotes_and_leaves_the_champion(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path)
    first = mtl(home, "run", spec, "--json")
    assert first.outcome["decision"]["promote"] is True
    champion = champion_of(home)
    for result in Store(home).runs.glob("*/result.json"):
        plain = json.loads(result.read_text())
        if set(plain["scores"]) == {"south"}:
            result.write_text(json.dumps({**plain, "status": "failed", "reason": "planted"}))
    done = mtl(home, "run", spec, "--json")
    assert done.status == 0, done.err
    assert done.outcome["decision"]["promote"] is False
    assert verdicts(done)["south"] == "undecided"
    assert champion_of(home) == champion


def test_a_run_whose_worker_is_killed_is_tried_again(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec, "--json", own_prefect=True)
    victim = until(lambda: _worker(process.pid), "the first worker's start")
    os.kill(victim, signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    effort = json.loads(out)["effort"]
    assert (effort["trained"], json.loads(out)["failures"]) == (3, {})
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        tries = dict(connection.execute("select name, run_count from task_run where task_key like 'fit%'").fetchall())
    assert sorted(tries.values()) == [1, 1, 2]


def test_a_study_that_was_killed_goes_on_with_the_runs_it_had_finished(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec)
    results = until(lambda: list(Store(home).runs.glob("*/result.json")), "the first finished run")
    workers = _workers(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for worker in workers:
        os.kill(worker, signal.SIGKILL) if Path(f"/proc/{worker}").exists() else None
    finished = {path: path.read_text() for path in Store(home).runs.glob("*/result.json")}
    assert set(results) <= set(finished)
    done = mtl(home, "run", spec, "--json")
    assert done.status == 0, done.err
    assert done.outcome["effort"]["reused"] == len(finished)
    assert done.outcome["effort"]["trained"] == 3 - len(finished)
    assert {path: path.read_text() for path in finished} == finished


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "nosuch"], "reviews"),
        (["run", "clinics.yaml", "--as-of", "2013-05-01"], "split"),
        (["serve", "nosuch"], "no champion"),
        (["rollback", "nosuch"], "no champion"),
        (["promote", "nosuch"], "no version"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    write_clinics(tmp_path)
    done = mtl(tmp_path / "home", *arguments)
    assert done.status in (1, 2)
    assert told in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schemes": ["equal", "pcgard"]}, ["clinics.yaml:", "schemes.1", "pcgrad"]),
        ({"tasks": {"north": {"kind": "regression", "label": "nroth"}}}, ["clinics.yaml:", "nroth", "north"]),
        ({"training": {"epoch": 3}}, ["clinics.yaml:", "training.epoch", "epochs"]),
    ],
)
def test_a_mistake_in_a_spec_names_its_line(tmp_path: Path, changes: dict[str, object], told: list[str]) -> None:
    done = mtl(tmp_path / "home", "run", write_clinics(tmp_path, **changes))
    assert done.status == 2
    assert all(word in done.err for word in told), done.err
    assert "Traceback" not in done.err


def _worker(study: int) -> int | None:
    """A process that fits a run of the study, if there is one yet."""
    return next(iter(_workers(study)), None)


def _workers(study: int) -> list[int]:
    """Processes whose parent is a fork server whose parent is the study's process."""
    servers = {child for child in _children(study) if "forkserver" in _command(child)}
    return [worker for server in servers for worker in _children(server)]


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
