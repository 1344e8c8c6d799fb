"""Files that are either whole or absent, whatever is killed when."""

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from mtl.errors import SpecError
from mtl.shown import reason_of, shortened


def resolved(folder: Path, path: str | Path) -> Path:
    """A path of a spec, resolved against the folder that it is in.

    Raises:
        SpecError: it is none: a circle of links, a character that no file's name may hold, or too long.
    """
    try:
        found = (folder / path).resolve()
        found.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise SpecError(f"'{shortened(str(path))}' is no path that can be used: {reason_of(error)}") from error
    return found


def is_file(path: Path) -> bool:
    """Whether there is such a file; what can be none, such as a name that is too long, is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; it becomes `target` at the end, all at once. If another writer was first, theirs stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(target)
    partial.mkdir()
    try:
        yield partial
        try:
            partial.rename(target)
        except OSError:
            # Another writer made the same folder first. The same name means the same content: theirs is as good.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; at the end it takes the place of `target`, if there is one, all at once.

    When the block raises, what was at `target` stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(target)
    partial.mkdir()
    try:
        yield partial
        _put_in_place(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def partial_file(target: Path) -> Iterator[Path]:
    """The path of a file to write beside `target` and to rename; if it is still there at the end, it is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(target)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """An empty folder on the file system of a folder, below it; gone at the end."""
    beside.mkdir(parents=True, exist_ok=True)
    scratch = _beside(beside / "scratch")
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_json(path: Path, plain: object) -> None:
    """Write plain values as JSON, all at once."""
    write_text(path, json.dumps(plain, indent=1, sort_keys=True))


def write_text(path: Path, text: str) -> None:
    """Write text, all at once: whoever reads the file finds it whole."""
    with partial_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)


def read_json(path: Path) -> Any:  # noqa: ANN401  # JSON
    """Read plain values."""
    return json.loads(path.read_text(encoding="utf-8"))


def _put_in_place(folder: Path, target: Path) -> None:
    """Let `folder` become `target`, and what was there before become `folder`, if there was something."""
    try:
        _exchange(folder, target)
    except FileNotFoundError:
        folder.rename(target)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS):
            raise
        # A file system that cannot exchange: for a moment there is neither.
        aside = _beside(target)
        target.rename(aside)
        folder.rename(target)
        aside.rename(folder)


def _exchange(one: Path, other: Path) -> None:
    """Linux's renameat2: two folders change places at once, which Python's own functions cannot."""
    if _LIBC.renameat2(_AT_FDCWD, bytes(one), _AT_FDCWD, bytes(other), _RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


_LIBC = ctypes.CDLL(None, use_errno=True)
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
"""From Linux's fcntl.h and fs.h."""


def _beside(target: Path) -> Path:
    """A hidden path that no other writer has, not even a thread of the same process."""
    return target.with_name(f".{target.name[:16]}-{uuid4().hex}")
