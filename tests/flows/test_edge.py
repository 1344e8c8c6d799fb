"""The edge of the program: one line, an exit status, and a file where nobody expected the error."""

import errno
import re
from pathlib import Path

import pytest

from flows.edge import INTERRUPTED, reporting_errors
from mtl.errors import DataError, SpecError


def ended(error: BaseException) -> int:
    with pytest.raises(SystemExit) as caught, reporting_errors():
        raise error
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (SpecError("spec.yaml:1: no"), 2, "spec.yaml:1: no\n"),
        (
            DataError("row 3: \x1b[31mred [bold]x[/] http://u:pw@h"),
            1,
            "row 3: \\x1b[31mred [bold]x[/] http://u:***@h\n",
        ),
        (KeyboardInterrupt(), 1, f"{INTERRUPTED}\n"),
    ],
)
def test_what_was_expected_is_told_as_it_is(
    error: BaseException, status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error) == status
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("usable", [True, False])
def test_what_was_not_is_one_line_and_a_file_that_tells_no_password(
    usable: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    if not usable:
        home.write_text("a file")
    monkeypatch.setenv("MTL_HOME", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert ended(ZeroDivisionError("of http://u:pw@h \x1b[2J" + "x" * 5000)) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert len(line) < 800
    assert line.startswith("unexpected error: ZeroDivisionError: of http://u:***@h \\x1b[2Jxxx")
    file = Path(re.findall(r"with the file (\S+),", line)[0])
    assert file.parent == (home if usable else tmp_path)
    assert "raise error" in file.read_text()
    assert "pw" not in file.read_text()
    assert "\x1b" not in file.read_text()


def test_a_full_disk_is_told_as_such_whoever_found_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(OSError(errno.ENOSPC, "No space left on device", "/home/frames/one")) == 1
    told = capsys.readouterr().err
    assert told.startswith("no room is left on the disk at /home/frames/one;")
    assert told.count("\n") == 1
