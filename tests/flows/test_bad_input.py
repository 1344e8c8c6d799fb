"""Bad names, environments and data at the command itself: a line or two, an exit status of 1 or 2, no traceback."""

import os
import signal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mtl.study.store import Store
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.waiting import until

pytestmark = pytest.mark.faults

LONG = "m" * 3000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["promote", LONG], "NAME: expected a study's name"),
        (["promote", "clinics", "--version", LONG], "version: expected the number"),
        (["history", LONG], "NAME: expected a study's name"),
        (["verify", "clinics", LONG], "version: expected the number"),
        (["rollback", LONG], "NAME: expected a study's name"),
        (["serve", LONG], "NAME: expected a study's name"),
        (["serve", "\x1b[31m[red]x"], "got '\\x1b[31m[red]x'"),
        (["decide", LONG], "mmm"),
        (["run", LONG], "SPEC: no file"),
        (["check", LONG], "SPEC: no file"),
        (["schedule", LONG, "--cron", "0 3 * * *"], "SPEC: no file"),
        (["judge", "clinics.yaml", "--candidate", f"models:/{LONG}/1"], "--candidate: expected models:/NAME/VERSION"),
    ],
)
def test_a_name_that_is_none_is_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    write_clinics(tmp_path)
    done = mtl(tmp_path / "home", *arguments)
    assert done.status in (1, 2), done.out
    assert told in done.err
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err
    assert len(done.err) < 4000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MTL_HOME", "/proc/none"),
        ("MTL_WORKERS", "²"),
        ("MLFLOW_TRACKING_URI", "http://[::1"),
        ("PREFECT_API_URL", "http://[::1"),
    ],
)
def test_an_environment_that_cannot_be_used_is_one_line(tmp_path: Path, variable: str, value: str) -> None:
    told: dict[str, Any] = {variable: value}
    done = mtl(tmp_path / "home", "run", write_clinics(tmp_path), **told)
    assert done.status == 2, done.out
    begun, line = done.err.splitlines()
    assert begun.endswith("clinics.yaml: getting ready …")
    assert value in line
    assert "Traceback" not in done.err


def test_what_nobody_expected_is_one_line_and_a_file(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path)
    home.mkdir()
    Store(home).frames.write_text("a file where a folder is to be")
    done = mtl(home, "check", spec)
    assert done.status == 1
    assert done.err.startswith("unexpected error: ")
    assert done.err.count("\n") == 1
    [file] = home.glob("mtl-error-*.txt")
    assert str(file) in done.err
    assert "Traceback" in file.read_text()


def test_a_cell_and_a_column_reach_the_terminal_as_text_alone(tmp_path: Path) -> None:
    strange = "[red]x\x1b[31m"
    spec = write_clinics(tmp_path, checks={"columns": {strange: {"values": ["a"]}, "[/]": {"values": ["a"]}}})
    table = pd.read_parquet(tmp_path / "clinics.parquet")
    table[strange], table["[/]"] = "\x1b]0;owned\x07[/bold]", "b"
    table.to_parquet(tmp_path / "clinics.parquet")
    done = mtl(tmp_path / "home", "check", spec)
    assert done.status == 1, done.err
    assert "\x1b" not in done.out + done.err
    assert "[red]x\\x1b[31m: one of a; " in done.out
    assert "\\x1b]0;owned\\x07[/bold]" in done.out
    assert "[/]: one of a; " in done.out


def test_ctrl_c_ends_a_study_in_one_line(tmp_path: Path) -> None:
    training = {"epochs": 150, "patience": 150, "batch_size": 32}
    process = start_mtl(tmp_path / "home", "run", write_clinics(tmp_path, training=training), own_prefect=True)
    until(lambda: list(Store(tmp_path / "home").prepared.glob("*")), "the prepared arrays")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, err = process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("interrupted; what was finished is kept")
