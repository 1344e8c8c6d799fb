"""A study ends, in one line and in bounded time, when there is no room left on the disk.

Prefect's client asks a server whose database cannot grow again and again for minutes. Who looks at the room that is
left sees it coming while there is enough of it for each process to end as it should.
"""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mtl.disk_space import MB, full_disk, no_room, temporary
from mtl.errors import DiskFullError

ENOUGH_TO_END = 3 * MB
"""Bytes that a study takes to note that it failed."""

LOOK_SECONDS = 0.5

END_SECONDS = 20.0
"""Given to end as it should, which takes the servers' answers; after that the process ends at once."""


@contextmanager
def while_there_is_room(home: Path) -> Iterator[None]:
    """Run a block in the main thread, and raise DiskFullError in it when there is no room left for it to write.

    What it raises because of a full disk is that error, too. When it does not end then, its process does, status 1.
    """
    watch = _Watch((home, temporary()))
    before = signal.signal(signal.SIGUSR1, watch.interrupt)
    watch.start()
    try:
        yield
    except Exception as error:
        found = watch.found or full_disk(error)
        if found is None:
            raise
        raise found from error
    finally:
        watch.ended.set()
        watch.join()
        signal.signal(signal.SIGUSR1, before)


class _Watch(threading.Thread):
    def __init__(self, folders: tuple[Path, ...]) -> None:
        super().__init__(name="room", daemon=True)
        self._folders = folders
        self.ended = threading.Event()
        self.found: DiskFullError | None = None

    def run(self) -> None:
        """Look until the block has ended."""
        while not self.ended.wait(LOOK_SECONDS):
            full = [folder for folder in self._folders if shutil.disk_usage(folder).free < ENOUGH_TO_END]
            if full:
                self.found = no_room(str(full[0]))
                signal.pthread_kill(_main_thread(), signal.SIGUSR1)
                if not self.ended.wait(END_SECONDS):
                    _end_now(self.found)
                return

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Raise, in the main thread, what was found."""
        if self.found and not self.ended.is_set():
            raise self.found


def _main_thread() -> int:
    identifier = threading.main_thread().ident
    assert identifier is not None
    return identifier


def _end_now(error: DiskFullError) -> None:
    """Workers and servers end with their parent."""
    sys.stderr.write(f"{error}\n")
    sys.stderr.flush()
    os._exit(1)
