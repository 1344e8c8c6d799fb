"""A unit that serves a schedule, as systemd reads it."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.systemd import quoted, unit_of

SPEC = '/a folder/100% "real"/clinics.yaml'
ARGUMENTS = ("schedule", SPEC, "--cron", "0 3 * * *", "--timezone", "UTC")


def lines(unit: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))


def test_a_unit_starts_what_was_asked_for_where_it_was_asked_for() -> None:
    found = lines(unit_of("clinics", ARGUMENTS, Path("/a home/.mtl"), Path("/a folder")))
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(found["ExecStart"])]
    assert words == [sys.executable, "-m", "flows", *ARGUMENTS]
    assert found["WorkingDirectory"] == "/a folder"
    assert shlex.split(found["Environment"]) == ["MTL_HOME=/a home/.mtl"]


def test_it_ends_as_with_ctrl_c_and_comes_back_after_a_failure() -> None:
    found = lines(unit_of("clinics", ARGUMENTS, Path("/home"), Path("/")))
    assert (found["KillSignal"], found["Restart"], found["WantedBy"]) == ("SIGINT", "on-failure", "default.target")


def test_secrets_have_a_file_of_their_own() -> None:
    assert lines(unit_of("clinics", ARGUMENTS, Path("/home"), Path("/")))["EnvironmentFile"].startswith("-%h/")


@pytest.mark.parametrize("word", ["plain", "two words", 'a "quote"', "back\\slash", "100%", "$HOME"])
def test_a_word_is_read_as_it_was(word: str) -> None:
    [read] = shlex.split(quoted(word))
    assert read.replace("%%", "%").replace("$$", "$") == word


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    unit = tmp_path / "mtl-clinics.service"
    unit.write_text(unit_of("clinics", ARGUMENTS, tmp_path, tmp_path), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit], check=False, capture_output=True, text=True, timeout=60
    )
    assert "mtl-clinics" not in done.stderr
