"""What is kept for later processes carries the sha256 of its files, and is used only while it is as it was made.

A folder has a manifest, which `sha256sum --check SHA256SUMS` reads, too; a single file is known by a sha256 that its
owner has. What is no longer as it was made is set aside, beside its place, and that is told: its owner makes it anew.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TypeAlias

from mtl.storage import whole_folder

LOG = logging.getLogger(__name__)
"""Warns of what was set aside, in a sentence for whoever started the program."""

MANIFEST = "SHA256SUMS"

State: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""Of each file: its name, size in bytes, time of change in ns and inode."""

_INTACT: dict[Path, State] = {}
"""Folders that this process has found intact, as they were then: a process hashes each of them once."""


@contextmanager
def kept_folder(target: Path) -> Iterator[Path]:
    """As `whole_folder`, with a manifest of what the block filled it with."""
    with whole_folder(target) as partial:
        yield partial
        write_manifest(partial)


def write_manifest(folder: Path) -> None:
    """Write the manifest of all that is in a folder."""
    (folder / MANIFEST).write_text(_text(_sums(folder)), encoding="utf-8")


def is_intact(folder: Path) -> bool:
    """Whether a folder is there as it was made; one that has changed, or has no manifest, is set aside."""
    if not folder.is_dir():
        return False
    state = _state(folder)
    if _INTACT.get(folder) != state:
        if changed := changed_files(folder):
            set_aside(folder, changed)
            return False
        _INTACT[folder] = state
    return True


def is_intact_file(file: Path, sha256: str) -> bool:
    """Whether a file is there with the content of that sha256; one with another content is set aside."""
    if not file.exists():
        return False
    if sha256_of(file) == sha256:
        return True
    set_aside(file)
    return False


def changed_files(folder: Path) -> list[str]:
    """The names below `folder` of files that were changed, lost or added since its manifest was written.

    The manifest itself where it cannot be read, or where no other file is to blame.
    """
    found, manifest = _sums(folder), folder / MANIFEST
    try:
        stored = manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return [MANIFEST]
    if stored == _text(found):
        return []
    listed = sums_of(stored)
    return sorted(name for name in found.keys() & listed.keys() if found[name] != listed[name]) or (
        sorted(found.keys() ^ listed.keys()) or [MANIFEST]
    )


def sums_of(manifest: str) -> dict[str, str]:
    """The sha256 of each file, by name, that the text of a manifest lists."""
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in manifest.splitlines())}


def set_aside(path: Path, changed: list[str] | None = None) -> None:
    """Rename a file or folder to `NAME.damaged-1`, or the next number that is free, and say so.

    `changed`: the files of a folder that are not as they were.
    """
    free = next(aside for n in count(1) if not (aside := path.with_name(f"{path.name}.damaged-{n}")).exists())
    with suppress(FileNotFoundError):  # another process was first
        path.rename(free)
        more = f" (and {len(changed) - 1} more)" if changed and len(changed) > 1 else ""
        LOG.warning(
            "%s is not as it was stored%s: set aside as %s, and made anew",
            path / changed[0] if changed else path,
            more,
            free.name,
        )


def sha256_of(file: Path) -> str:
    """The sha256 of a file's content, in hexadecimal; empty for one that is not there or cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _sums(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    sums = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
    sums.pop(MANIFEST, None)
    return sums


def _text(sums: dict[str, str]) -> str:
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())


def _state(folder: Path) -> State:
    found = []
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):  # lost meanwhile: the sums will not be those of the manifest
            stat = path.stat()
            found.append((str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino))
    return tuple(found)
