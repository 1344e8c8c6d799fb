"""What worker processes do in the tests of executors."""

import os
import signal
import threading
from pathlib import Path

from mtl.errors import DataError


def who(value: int) -> tuple[int, int]:
    """The worker's process and the value."""
    return os.getpid(), value


def fail(message: str) -> None:
    """Raise an error of the program's own."""
    raise DataError(message)


def die(number: int) -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.Signals(number))
    threading.Event().wait()


def leave() -> None:
    """End without an answer."""
    os._exit(7)


def large(size: int) -> bytes:
    """An answer larger than a pipe's buffer."""
    return bytes(size)


def meet(folder: str, mine: str, other: str) -> bool:
    """Succeed only when another worker is at work at the same time."""
    there, here = Path(folder, other), Path(folder, mine)
    os.mkfifo(here)
    for _ in range(1000):
        if there.exists():
            return True
        threading.Event().wait(0.01)
    return False


def wait_for_ever(note: str) -> None:
    """Say who waits, then wait."""
    partial = Path(f"{note}.partial")
    partial.write_text(str(os.getpid()), encoding="utf-8")
    partial.rename(note)
    threading.Event().wait()
