"""A disk that is too small, or that fills up: one message, status 1, in bounded time, and nothing half-written."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mtl.disk_space import MB
from mtl.manifest import is_intact
from mtl.study.store import Store
from tests.flows.clinics import DEADLINE, mtl, start_mtl, write_clinics
from tests.flows.waiting import ended, until

pytestmark = pytest.mark.faults

LONG = {"epochs": 60, "patience": 60, "batch_size": 32}
"""Runs of several seconds each: long enough to fill the disk meanwhile."""


def mounted(folder: Path, megabytes: int) -> bool:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A file system of so many megabytes."""
    with ExitStack() as mounts:

        def make(megabytes: int) -> Path:
            folder = tmp_path / f"disk-{megabytes}"
            if not mounted(folder, megabytes):
                pytest.skip("this user may not mount")
            mounts.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=True)
            return folder

        yield make


@pytest.mark.parametrize("megabytes", [11, 18])
def test_a_disk_that_is_too_small_is_told_before_anything_is_started(
    disk: Callable[[int], Path], tmp_path: Path, megabytes: int
) -> None:
    home = disk(megabytes) / "home"
    done = mtl(home, "run", write_clinics(tmp_path), own_prefect=True)
    assert done.status == 1
    begun, line = done.err.splitlines()
    assert begun.endswith("getting ready …")
    assert line.startswith(f"too little room in {home}: up to 40 MB are needed, {megabytes} MB are free;")
    assert "MTL_HOME" in line
    assert list(home.iterdir()) == []


def test_a_temporary_folder_that_is_too_small_is_told_likewise(disk: Callable[[int], Path], tmp_path: Path) -> None:
    folder = disk(9)
    done = mtl(tmp_path / "home", "run", write_clinics(tmp_path), own_prefect=True, TMPDIR=str(folder))
    assert done.status == 1
    begun, line = done.err.splitlines()
    assert begun.endswith("getting ready …")
    assert line.startswith(f"too little room in {folder}: up to 10 MB are needed, 9 MB are free;")
    assert "TMPDIR" in line


def test_training_does_not_begin_without_room_for_what_it_leaves(disk: Callable[[int], Path], tmp_path: Path) -> None:
    wide = {"trunk": [2048, 2048], "members": 1}
    done = mtl(disk(90) / "home", "run", write_clinics(tmp_path, model=wide), own_prefect=True)
    assert done.status == 1
    assert "too little room" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert not Store(tmp_path / "disk-90" / "home").runs.exists()


@pytest.mark.long
@pytest.mark.parametrize("left", [2, 0])
def test_a_disk_that_fills_up_ends_the_study_and_keeps_what_was_finished(
    disk: Callable[[int], Path], tmp_path: Path, left: int
) -> None:
    folder = disk(80)
    home, spec = folder / "home", write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    process = start_mtl(home, "run", spec, own_prefect=True)
    until(lambda: list(Store(home).runs.glob("[!.]*/result.json")), "the first finished run")
    fill(folder, left)
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1, err
    assert "no room is left on the disk" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert out == ""
    assert ended(process.pid)
    finished = [run for run in Store(home).runs.iterdir() if run.is_dir() and not run.name.startswith(".")]
    assert finished
    assert all(is_intact(run) for run in finished)
    (folder / "filler").unlink()
    done = mtl(home, "run", spec, "--json")
    assert done.status == 0, done.err
    assert done.outcome["effort"]["reused"] == len(finished)


def fill(folder: Path, left: int) -> None:
    """Leave so many megabytes free, or less."""
    with (folder / "filler").open("wb", buffering=0) as file:
        while (free := shutil.disk_usage(folder).free) > left * MB:
            file.write(bytes(min(MB, free - left * MB)))
