"""Waiting for a condition, with a deadline, without guessing how long it takes."""

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

START_SECONDS = 240.0
"""Seconds after which what was to happen is taken not to happen."""


def until(condition: Callable[[], T | None], what: str) -> T:
    """The first answer of `condition` that is true; an AssertionError that names `what` after the deadline."""
    deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        pause.wait(0.01)
    raise AssertionError(f"{what} did not happen within {START_SECONDS:.0f} s")


def ended(pid: int) -> bool:
    """Whether a process has ended, or does so before the deadline."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            return bool(select.select([handle], [], [], START_SECONDS)[0])
        finally:
            os.close(handle)
    return True
