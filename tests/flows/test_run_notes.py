"""Runs whose process is gone are marked; those of processes that live, or of other machines, are left alone."""

import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.states import Completed, Running

from flows.run_notes import FOLDER, KILLED, mark_killed, noted
from mtl.process_identity import this_process
from mtl.storage import read_json, write_json

ANOTHER_MACHINE = "boot-of-another:pid:[4026531836]/1/1"


@flow
def planted() -> list[str]:
    return []


def process_that_ended() -> str:
    telling = "from mtl.process_identity import this_process as told; print(told())"
    return subprocess.run([sys.executable, "-c", telling], check=True, capture_output=True, text=True).stdout.strip()


def left_running(client: SyncPrefectClient, home: Path, process: str) -> UUID:
    run = client.create_flow_run(planted, state=Running()).id
    write_json(home / FOLDER / str(run), process)
    return run


def state_of(client: SyncPrefectClient, run: UUID) -> tuple[str, str | None]:
    state = client.read_flow_run(run).state
    assert state is not None
    return state.name or "", state.message


def test_a_run_whose_process_is_gone_has_crashed_and_says_why(client: SyncPrefectClient, tmp_path: Path) -> None:
    run = left_running(client, tmp_path, process_that_ended())
    mark_killed(tmp_path)
    assert state_of(client, run) == ("Crashed", KILLED)
    assert list((tmp_path / FOLDER).iterdir()) == []


@pytest.mark.parametrize("process", [this_process(), ANOTHER_MACHINE, ""], ids=["this", "elsewhere", "unknown"])
def test_a_run_whose_process_may_live_is_left_alone(client: SyncPrefectClient, tmp_path: Path, process: str) -> None:
    run = left_running(client, tmp_path, process)
    mark_killed(tmp_path)
    assert state_of(client, run)[0] == "Running"
    assert read_json(tmp_path / FOLDER / str(run)) == process


def test_a_run_that_ended_stays_as_it_ended(client: SyncPrefectClient, tmp_path: Path) -> None:
    run = left_running(client, tmp_path, process_that_ended())
    client.set_flow_run_state(run, Completed(), force=True)
    mark_killed(tmp_path)
    assert state_of(client, run)[0] == "Completed"
    assert list((tmp_path / FOLDER).iterdir()) == []


@pytest.mark.usefixtures("client")
def test_a_run_of_another_server_keeps_its_note(tmp_path: Path) -> None:
    unknown = str(uuid4())
    write_json(tmp_path / FOLDER / unknown, process_that_ended())
    mark_killed(tmp_path)
    assert [note.name for note in (tmp_path / FOLDER).iterdir()] == [unknown]


@pytest.mark.usefixtures("client")
def test_a_flow_has_a_note_while_it_runs_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", str(tmp_path))

    @flow
    def looking() -> list[str]:
        return [read_json(note) for note in (tmp_path / FOLDER).iterdir()]

    assert noted(looking)() == [this_process()]
    assert list((tmp_path / FOLDER).iterdir()) == []
