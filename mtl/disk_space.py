"""Is there room for what is to be written, and was there none?"""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import gettempdir

from mtl.errors import DiskFullError

MB = 2**20

AT_LEAST = 40 * MB
"""Twice what the smallest study left: the databases of MLflow and Prefect, Data Docs, a report, a version."""

AT_LEAST_TEMPORARY = 10 * MB
"""A version on its way to MLflow, rows on their way to a fresh process."""

FULL = (errno.ENOSPC, errno.EDQUOT)

TOLD = ("database or disk is full", "no space left on device", "disk quota exceeded", "os error 28")
"""How those tell of a full disk that raise no OSError: SQLite, whoever wraps it, and safetensors."""


def space_at_least(home: Path) -> dict[Path, int]:
    """Bytes by folder, of any study."""
    return {home: AT_LEAST, temporary(): AT_LEAST_TEMPORARY}


def require_space(needed: Mapping[Path, int]) -> None:
    """Raise DiskFullError where a folder's file system has fewer bytes free than are `needed`, by folder.

    Folders of one file system share what is free there.
    """
    for folder in needed:
        device = folder.stat().st_dev
        total = sum(each for other, each in needed.items() if other.stat().st_dev == device)
        free = shutil.disk_usage(folder).free
        if free < total:
            raise DiskFullError(
                f"too little room in {folder}: up to {-(-total // MB)} MB are needed, {free // MB} MB are free;"
                f" make room there, or let {variable_of(folder)} name a folder elsewhere"
            )


def variable_of(folder: Path) -> str:
    """The environment variable that says where a folder is: the temporary one, or all that the program keeps."""
    return "TMPDIR" if folder == temporary() else "MTL_HOME"


def temporary() -> Path:
    """The folder of temporary files."""
    return Path(gettempdir())


def full_disk(error: object) -> DiskFullError | None:
    """What an error comes to that a full disk is behind, itself or in what it was raised from; None of any other."""
    cause = error
    while isinstance(cause, BaseException):
        if isinstance(cause, DiskFullError):
            return cause
        if _tells_of_full_disk(cause):
            where = getattr(cause, "filename", None)
            return no_room(f"{os.fspath(where)}" if isinstance(where, str | os.PathLike) else "")
        cause = cause.__cause__ or cause.__context__
    return None


def no_room(where: str) -> DiskFullError:
    """The error of a disk that is full while the program writes there."""
    at = f" at {where}" if where else ""
    return DiskFullError(
        f"no room is left on the disk{at}; what was finished is kept: make room, or let MTL_HOME (TMPDIR for temporary"
        " files) name a folder elsewhere, and the same command goes on from there"
    )


def _tells_of_full_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    text = str(error).lower()
    return any(words in text for words in TOLD)
