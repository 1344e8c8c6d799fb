"""Memory of a large request, given back to the system once it is answered."""

import ctypes
import gc
import sys


def give_back_memory() -> None:
    """Free what nothing refers to, and return it; where the C library cannot, it stays for later requests."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
        if trim is not None:
            trim(0)
