"""`mtl schedule` really retrains when the clock says so."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

import httpx
import pytest

from mtl import registry
from mtl.registry import Registry
from mtl.storage import read_json
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.family import children, workers
from tests.flows.test_kills import LONG
from tests.flows.waiting import ended, until

pytestmark = pytest.mark.faults


def test_a_schedule_retrains_and_promotes_by_itself(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"])
    process = start_mtl(home, "schedule", spec, "--cron", "* * * * *", own_prefect=True)
    try:
        until(lambda: _completed(home / "prefect" / "prefect.db"), "the first scheduled run")
    finally:
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate()
    assert "Traceback" not in err
    assert isinstance(registry.read_champion(Registry.in_folder(home), "clinics"), registry.Champion)


def test_a_schedule_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    done = mtl(tmp_path / "home", "schedule", write_clinics(tmp_path), "--cron", "every night")
    assert done.status == 2
    assert "--cron" in done.err
    assert "Traceback" not in done.err


@pytest.mark.long
def test_ticks_neither_overlap_nor_pile_up_and_a_killed_scheduler_takes_its_children_along(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"])
    with _every_minute(home, spec) as process:
        first, study = until(lambda: _begun(home), "the first scheduled run")
        until(lambda: workers(study), "its first worker")
        second = _start_one_more(home)
        until(lambda: _states(home).get(second) == "Cancelled", "the refusal of the second run")
        family = [*children(process.pid), *children(study), *workers(study)]
        process.kill()
        assert all(ended(pid) for pid in family), "a run, a worker or the Prefect server outlived its scheduler"
    assert _states(home)[first] == "Running"
    *missed, latest = _let_time_pass(home)
    write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    with _every_minute(home, spec) as process:
        until(lambda: _states(home).get(latest) == "Completed", "the run that stands for what was missed")
        os.kill(process.pid, signal.SIGINT)
        assert "Traceback" not in process.communicate()[1]
    states = _states(home)
    assert states[first] == "Crashed"
    assert {states[run] for run in missed} == {"Cancelled"}


@contextmanager
def _every_minute(home: Path, spec: Path) -> Iterator["subprocess.Popen[str]"]:
    with start_mtl(home, "schedule", spec, "--cron", "* * * * *", own_prefect=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.long
def test_schedules_that_start_at_once_share_a_server_and_one_study_has_one_schedule(tmp_path: Path) -> None:
    home, specs = tmp_path / "home", [write_clinics(tmp_path / name, name=name) for name in ("east", "west")]
    command = ("--cron", "0 3 * * *")
    both = [start_mtl(home, "schedule", spec, *command, own_prefect=True) for spec in specs]
    try:
        said = [process.stdout.readline() for process in both if process.stdout]
        third = mtl(home, "schedule", specs[0], *command, own_prefect=True)
    finally:
        for process in both:
            os.kill(process.pid, signal.SIGINT)
        errors = [process.communicate()[1] for process in both]
    assert [line.split()[0] for line in said] == ["east", "west"]
    assert len({line.rpartition("Prefect: ")[2] for line in said}) == 1
    assert third.status == 1
    assert "east is retrained on a schedule by another process" in third.err
    assert "Traceback" not in "".join(errors) + third.err


def _begun(home: Path) -> tuple[str, int] | None:
    """The run under way and its process, if there is one."""
    for note in (home / "flow-runs").glob("[!.]*"):
        return note.name.replace("-", ""), int(read_json(note).split("/")[1])
    return None


def _start_one_more(home: Path) -> str:
    """As a tick would, of which there may be none while the first run is under way."""
    api = read_json(home / "prefect-api-url")["api"]
    deployment = httpx.get(f"{api}/deployments/name/retrain/clinics").json()["id"]
    made = httpx.post(f"{api}/deployments/{deployment}/create_flow_run", json={})
    return str(made.json()["id"]).replace("-", "")


def _let_time_pass(home: Path) -> list[str]:
    """Have three scheduled runs fall due hours ago, in this order, and all others tomorrow."""
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as connection, connection:
        query = "select id from flow_run where state_type = 'SCHEDULED' order by next_scheduled_start_time"
        runs = [run for (run,) in connection.execute(query)]
        for run, hours in zip_longest(runs, (-3, -2, -1), fillvalue=24):
            due = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S.%f")
            change = "update flow_run set expected_start_time = ?, next_scheduled_start_time = ? where id = ?"
            connection.execute(change, (due, due, run))
    return [_plain(run) for run in runs[:3]]


def _states(home: Path) -> dict[str, str]:
    with closing(sqlite3.connect(f"file:{home / 'prefect' / 'prefect.db'}?mode=ro", uri=True)) as connection:
        return {_plain(run): state for run, state in connection.execute("select id, state_name from flow_run")}


def _plain(run: str) -> str:
    return run.replace("-", "")


def _completed(database: Path) -> bool:
    if not database.exists():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            query = "select count(*) from flow_run where auto_scheduled = 1 and state_name = 'Completed'"
            (completed,) = connection.execute(query).fetchone()
        except sqlite3.OperationalError:  # the tables are being made
            return False
    return bool(completed)
