"""Prefect's server is killed in the middle of a study: the study ends with its decision or with one line, and ends."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.servers import WITHOUT_PAGES, prefect_server, starting
from flows.settings import Settings
from mtl import registry
from mtl.registry import Registry
from mtl.study.store import Store
from tests.flows.clinics import DEADLINE, start_mtl, write_clinics
from tests.flows.family import children, command
from tests.flows.waiting import until

pytestmark = pytest.mark.faults


def begun(home: Path) -> bool:
    return any((home / "flow-runs").glob("[!.]*"))


def fitted(home: Path) -> bool:
    return any(Store(home).runs.glob("[!.]*/result.json"))


def recorded(home: Path) -> bool:
    return (Store(home).report("clinics") / "decision.json").exists()


@pytest.mark.parametrize("when", [begun, *(pytest.param(when, marks=pytest.mark.long) for when in (fitted, recorded))])
def test_a_study_whose_own_server_is_killed_decides_and_ends(tmp_path: Path, when: Callable[[Path], bool]) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec, own_prefect=True)
    until(lambda: when(home), when.__name__)
    (server,) = [child for child in children(process.pid) if "prefect_server" in command(child)]
    os.kill(server, signal.SIGKILL)
    _ends_well(process, home)


@pytest.mark.long
def test_a_study_whose_team_server_is_killed_decides_and_ends(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    server = prefect_server(Settings(tmp_path, "", 1, None), 0, WITHOUT_PAGES)
    with starting(server, tmp_path) as ready:
        ready()
        process = start_mtl(home, "run", spec, PREFECT_API_URL=f"{server.address}/api")
        until(lambda: fitted(home), "the first fitted run")
    _ends_well(process, home)


def _ends_well(process: "subprocess.Popen[str]", home: Path) -> None:
    out, err = process.communicate(timeout=DEADLINE)
    served = registry.read_champion(Registry.in_folder(home), "clinics")
    lines = [line for line in err.splitlines() if "Prefect's server" in line]
    assert len(lines) == 1, err
    assert "was lost" in lines[0]
    assert not any(word in err for word in ("Traceback", "Error logging", "Service"))
    if process.returncode == 0:
        assert "The new champion is version 1" in out
        assert isinstance(served, registry.Champion)
    else:
        assert process.returncode == 1
        assert "the same command goes on from there" in lines[0]
        assert isinstance(served, registry.NoChampion)
