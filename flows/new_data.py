"""Retraining whenever files have changed: their digest is looked at now and then."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import TypeAlias

from mtl.manifest import sha256_of
from mtl.storage import read_json, write_json

LOOK_SECONDS = 30.0
"""Seconds between looks, and that files must stay as they are before they count as written."""

State: TypeAlias = tuple[tuple[str, int, int], ...]
"""Of each file: its path, size in bytes and time of change in ns."""


@dataclass
class NewData:
    """Files that are watched.

    Attributes:
        pattern: a file, a folder with all below it, or a pattern of files.
        note: the file that keeps the digest of what was last retrained on.
    """

    pattern: str
    note: Path
    _state: State | None = field(default=None, init=False)

    def look(self) -> str | None:
        """The digest of the files if they are new and were the same when last looked at; else None.

        A file that someone still writes to is thus left alone, and no content is read while nothing changes.
        """
        before, self._state = self._state, _state(self.pattern)
        if not self._state or self._state != before:
            return None
        known = read_json(self.note) if self.note.exists() else {}
        told = [list(file) for file in self._state]
        if known.get("state") == told:
            return None
        digest = _digest(self._state)
        if known.get("digest") != digest:
            return digest
        write_json(self.note, {"digest": digest, "state": told})  # written anew, with what was there before
        return None

    def keep(self, digest: str) -> None:
        """They were retrained on."""
        write_json(self.note, {"digest": digest, "state": [list(file) for file in self._state or ()]})


def watch(data: NewData, retrain: Callable[[], bool], over: threading.Event) -> None:
    """Look until it is over. `retrain` starts a study and says whether it could; else the next look tries again."""
    while not over.wait(LOOK_SECONDS):
        digest = data.look()
        if digest is not None and retrain():
            data.keep(digest)


def _state(pattern: str) -> State:
    place = Path(pattern)
    places = [place] if place.exists() else sorted(place.parent.glob(place.name))
    found = [file for one in places for file in _files(one)]
    return tuple(told for file in found for told in _told(file))


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("*")) if place.is_dir() else [place]


def _told(file: Path) -> State:
    try:
        stat = file.stat()
    except OSError:  # gone meanwhile
        return ()
    return ((str(file), stat.st_size, stat.st_mtime_ns),) if S_ISREG(stat.st_mode) else ()


def _digest(state: State) -> str:
    sums = hashlib.sha256()
    for name, _, _ in state:
        sums.update(f"{name}\0{sha256_of(Path(name))}\n".encode())
    return sums.hexdigest()
