"""Prefect's own records: what ended long ago goes, from the file of a home and from a team's server."""

import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from prefect import Flow, flow, task
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, LogCreate
from prefect.states import Completed, Running

from flows.prefect_records import DATABASE, bytes_of_records, old_records, remove_records
from flows.prefect_server_records import old_server_runs, remove_server_runs
from mtl.registry.database_copy import copy_database

DAY = 86_400.0


@flow(name="retrain")
def ours() -> None:
    """Never run here."""


@flow(name="theirs")
def theirs() -> None:
    """Another program's."""


@task
def step() -> None:
    """Never run here."""


def ended(client: SyncPrefectClient, named: Flow[[], None] = ours) -> UUID:
    """A flow run with a step, a line of log and an artifact."""
    run = client.create_flow_run(named, state=Running())
    client.create_task_run(step, run.id, dynamic_key="0", state=Completed())
    client.create_logs(
        [LogCreate(name="x", level=20, message="x" * 100_000, timestamp=datetime.now(UTC), flow_run_id=run.id)]
    )
    client.create_artifact(ArtifactCreate(key=f"report-{run.id}", type="markdown", data="#", flow_run_id=run.id))
    client.set_flow_run_state(run.id, Completed(), force=True)
    return run.id


@pytest.fixture
def file(client: SyncPrefectClient, tmp_path: Path) -> Path:
    """A home's database, with five flow runs that ended a year ago, one of today and one that runs."""
    old = [ended(client) for _ in range(5)]
    ended(client)
    client.create_flow_run(ours, state=Running())
    home = tmp_path / DATABASE
    home.parent.mkdir()
    copy_database(Path(os.environ["PREFECT_HOME"]) / DATABASE.name, home)
    with closing(sqlite3.connect(home)) as database, database:
        change = "update flow_run set end_time = '2025-01-01 00:00:00.000000' where id = ?"
        database.executemany(change, [(str(run),) for run in old])
    return home


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as database:
        (rows,) = database.execute(f"select count(*) from {table}").fetchone()
        return int(rows)


OF_RUNS = ("flow_run", "task_run", "log", "artifact", "artifact_collection")


def test_old_flow_runs_go_with_all_that_is_theirs(file: Path) -> None:
    before = {table: count(file, table) for table in OF_RUNS}
    old = old_records(file, time.time() - DAY, keep=0)
    assert len(old.runs) == 5
    said = bytes_of_records(file, old)
    assert {table: count(file, table) for table in OF_RUNS} == before
    freed = remove_records(file, old)
    assert freed >= 0.5 * said > 0
    assert {table: before[table] - count(file, table) for table in OF_RUNS} == dict.fromkeys(OF_RUNS, 5)
    assert not old_records(file, time.time() - DAY, keep=0)


def test_the_last_ones_stay_and_so_does_what_runs(file: Path) -> None:
    assert len(old_records(file, time.time() + DAY, keep=0).runs) >= 6
    everything = count(file, "flow_run")
    assert old_records(file, time.time() - DAY, keep=everything).runs == ()
    ended_at_all = len(old_records(file, time.time() + DAY, keep=0).runs)
    assert len(old_records(file, time.time() - DAY, keep=ended_at_all - 2).runs) == 2
    remove_records(file, old_records(file, time.time() + DAY, keep=0))
    with closing(sqlite3.connect(file)) as database:
        states = {state for (state,) in database.execute("select state_type from flow_run")}
    assert "RUNNING" in states
    assert "COMPLETED" not in states


def test_a_home_that_prefect_never_used_has_nothing_old(tmp_path: Path) -> None:
    old = old_records(tmp_path / DATABASE, time.time(), keep=0)
    assert not old
    assert bytes_of_records(tmp_path / DATABASE, old) == 0


def test_a_server_is_asked_to_remove_what_is_ours_alone(client: SyncPrefectClient) -> None:
    other, before = ended(client, theirs), time.time() + DAY
    mine = [ended(client) for _ in range(3)]
    found = old_server_runs(before, keep=2)
    assert mine[0] in found
    assert {*mine[1:], other}.isdisjoint(found)
    assert old_server_runs(before, keep=0, only="nosuch") == ()
    assert old_server_runs(time.time() - DAY, keep=0) == ()
    remove_server_runs((mine[0],))
    remove_server_runs((mine[0],))
    assert mine[0] not in old_server_runs(before, keep=0)
    assert client.read_flow_run(other).state is not None
