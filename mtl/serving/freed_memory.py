"""No search for rubbish while a large request is read or a server starts; memory back to the system afterwards."""

import ctypes
import gc
import sys
import threading


class Uncollected:
    """While values are made by the million, of which none refers to itself, do not look for those that do.

    Modules that are imported are such values: to look through them again and again takes a third of a server's start.
    """

    def __init__(self) -> None:
        self._lock, self._reading = threading.Lock(), 0

    def __enter__(self) -> None:
        """One more is being read."""
        self._count(1)

    def __exit__(self, *failure: object) -> None:
        """One less."""
        self._count(-1)

    def _count(self, step: int) -> None:
        with self._lock:
            self._reading += step
            (gc.disable if self._reading else gc.enable)()


UNCOLLECTED = Uncollected()
"""Of all threads of this process."""


def give_back_memory() -> None:
    """Free what nothing refers to, and return it; where the C library cannot, it stays for later requests."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
        if trim is not None:
            trim(0)
