"""`mtl schedule` really retrains when the clock says so."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mtl import registry
from mtl.registry import Registry
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.waiting import until

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
