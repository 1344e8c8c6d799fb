"""What a person sees who runs a study at a terminal: a real one, of 80 columns."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.flows.clinics import environment, write_clinics

pytestmark = pytest.mark.faults

COLUMNS = 80
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def seen(home: Path, *arguments: str | Path) -> str:
    """All that a command writes to its terminal, without what moves the cursor or changes colours."""
    master, terminal = pty.openpty()
    settings = environment(home, {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": "40"})
    command = [sys.executable, "-m", "flows", *map(str, arguments)]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=settings) as process:
        os.close(terminal)
        parts = []
        with suppress(OSError):  # what Linux raises at the end of a terminal
            while part := os.read(master, 65536):
                parts.append(part)
        os.close(master)
        assert process.wait() == 0, b"".join(parts[-20:]).decode()
    return ESCAPES.sub("", b"".join(parts).decode("utf-8"))


def test_runs_are_shown_while_they_are_under_way_and_what_follows_from_them_fits(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, schemes=["equal"], seeds=[0], training={"epochs": 4, "patience": 2})
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", seen(tmp_path / "home", "run", spec))]
    assert lines[0].startswith("Study of")
    under_way = {line.strip() for line in lines if line.startswith("    ")}
    for run in ("equal, seed 0", "single-task north, seed 0", "single-task south, seed 0"):
        assert any(line.startswith(run) for line in under_way), f"{run} not among {sorted(under_way)[:20]}"
    after = lines[next(number for number, line in enumerate(lines) if line.startswith("Candidate: ")) :]
    assert any(line.startswith("Look further: `mtl report`") for line in after)
    told = [line for line in after if not line.startswith(("Look further", " " * 8)) and "/" not in line]
    assert [line for line in told if len(line) > COLUMNS] == []
