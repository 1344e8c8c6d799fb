"""What a home holds that could be computed again, and that nothing has read for long.

Rows, arrays, runs and bundles follow from data, specs and code: without them a study trains again, to the same bytes.
The registry, reports, outcomes and what `mtl serve` falls back on are never among them: nobody could make those again.
"""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mtl.data.prepared import KEPT
from mtl.study.store import Store

SERVED = "registry-"
"""How the folders below the bundles begin whose models were downloaded to be served."""

ASIDE = ".damaged-"
"""In the name of what was not as it was stored, and was set aside for a person to look at."""


@dataclass(frozen=True)
class Unused:
    """A file or folder that may go.

    Attributes:
        last_used: seconds since the epoch; when its content was last read or written. A file system that notes no reads
            (`noatime`) tells when it was made.
        size: bytes.
    """

    path: Path
    last_used: float
    size: int


def unused(store: Store, before: float, keep: int) -> tuple[Unused, ...]:
    """What nothing has used since `before`, seconds since the epoch, the longest unused first.

    Of rows, arrays, runs and bundles the `keep` that were used last stay, however long ago that was.
    """
    found: list[Unused] = []
    for room in (store.frames, store.prepared, store.runs, store.bundles):
        there = _in_room(room)
        whole = [entry for entry in there if _is_whole(entry.path)]
        stay = {entry.path for entry in sorted(whole, key=lambda entry: entry.last_used)[-keep:]} if keep else set()
        found += [entry for entry in there if entry.path not in stay and entry.last_used < before]
    return tuple(sorted(found, key=lambda entry: (entry.last_used, entry.path)))


def remove(entries: Sequence[Unused]) -> int:
    """Remove them, and give the bytes that became free. Each is gone all at once, whenever this is killed."""
    freed = 0
    for entry in entries:
        # A study that asks for it meanwhile finds it whole or not at all.
        aside = entry.path.with_name(f".removed-{uuid4().hex}")
        with suppress(FileNotFoundError):  # another process was first
            entry.path.rename(aside)
            freed += entry.size
            if aside.is_dir():
                shutil.rmtree(aside)
            else:
                aside.unlink()
    return freed


def _in_room(room: Path) -> list[Unused]:
    if not room.is_dir():
        return []
    return [_entry(path) for path in room.iterdir() if path.name != KEPT and not path.name.startswith(SERVED)]


def _is_whole(path: Path) -> bool:
    """Whether it is what a study would use, and not what a killed one or a damaged disk left."""
    return ASIDE not in path.name and not path.name.startswith(".")


def _entry(path: Path) -> Unused:
    last_used, size = 0.0, 0
    for file in (path, *path.rglob("*")):
        with suppress(FileNotFoundError):
            stat = file.lstat()
            # Looking into a folder is no use of it: `find` and backups do.
            read = stat.st_mtime if file.is_dir() else max(stat.st_atime, stat.st_mtime)
            last_used, size = max(last_used, read), size + stat.st_size
    return Unused(path, last_used, size)
