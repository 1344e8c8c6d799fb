"""Too little room is told: what is needed, what is there, which variable moves it. A full disk is recognised."""

import errno
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from safetensors import SafetensorError

from mtl.disk_space import AT_LEAST, AT_LEAST_TEMPORARY, MB, full_disk, require_space, space_at_least, temporary
from mtl.errors import DataError, DiskFullError


class Usage(NamedTuple):
    free: int


@pytest.fixture
def free_7_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(7 * MB))


@pytest.mark.usefixtures("free_7_mb")
def test_what_fits_is_no_error_and_what_does_not_is_told_in_one_line(tmp_path: Path) -> None:
    require_space({tmp_path: 7 * MB})
    with pytest.raises(DiskFullError) as caught:
        require_space({tmp_path: 7 * MB + 1})
    assert str(caught.value) == (
        f"too little room in {tmp_path}: up to 8 MB are needed, 7 MB are free;"
        " make room there, or let MTL_HOME name a folder elsewhere"
    )
    with pytest.raises(DiskFullError, match="TMPDIR"):
        require_space({temporary(): 8 * MB})


@pytest.mark.usefixtures("free_7_mb")
def test_folders_of_one_file_system_share_its_room(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(DiskFullError, match="up to 8 MB are needed"):
        require_space({tmp_path: 4 * MB, tmp_path / "other": 4 * MB})


def test_any_study_needs_room_at_home_and_for_temporary_files(tmp_path: Path) -> None:
    assert space_at_least(tmp_path) == {tmp_path: AT_LEAST, temporary(): AT_LEAST_TEMPORARY}


def raised_from(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/home/runs/weights"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
        raised_from(DataError("cannot store it"), OSError(errno.ENOSPC, "No space left on device")),
        DiskFullError("no room"),
    ],
)
def test_a_full_disk_is_recognised_behind_whatever_it_raised(error: Exception) -> None:
    found = full_disk(error)
    assert found is not None
    assert "no room" in str(found)
    assert "\n" not in str(found)
    if isinstance(error, OSError) and error.filename:
        assert error.filename in str(found)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "Permission denied"), DataError("no rows"), None, "a result"])
def test_anything_else_is_none(error: object) -> None:
    assert full_disk(error) is None
