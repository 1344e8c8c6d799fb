"""Who runs out of room is interrupted, whatever he waits for, and ends in any case."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flows import room_left
from flows.room_left import ENOUGH_TO_END, while_there_is_room
from mtl.errors import DataError, DiskFullError
from tests.flows.clinics import DEADLINE
from tests.mtl.test_disk_space import Usage

ENDLESS = """
import shutil, threading, pathlib
from flows import room_left
room_left.END_SECONDS = 0.1
shutil.disk_usage = lambda _: type("Usage", (), {"free": 0})
with room_left.while_there_is_room(pathlib.Path("/")):
    while True:
        try:
            threading.Event().wait()
        except Exception:
            pass
"""


def test_a_block_that_waits_is_interrupted_when_no_room_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_left, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(ENOUGH_TO_END - 1))
    with (
        pytest.raises(DiskFullError, match=f"no room is left on the disk at {tmp_path}"),
        while_there_is_room(tmp_path),
    ):
        threading.Event().wait(DEADLINE)


def test_a_block_that_does_not_end_is_ended() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDLESS], capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("no room is left on the disk at /;")
    assert done.stderr.count("\n") == 1


def test_errors_are_what_they_are_unless_a_full_disk_is_behind_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"), while_there_is_room(tmp_path):
        raise DataError("no rows")
    with pytest.raises(DiskFullError, match="no room is left"), while_there_is_room(tmp_path):
        raise RuntimeError("(sqlite3.OperationalError) database or disk is full")


def test_a_block_that_has_room_is_left_alone_and_nobody_looks_on(tmp_path: Path) -> None:
    before = threading.active_count()
    with while_there_is_room(tmp_path):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
