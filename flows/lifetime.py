"""Processes that end with the one that started them, however that one dies."""

import ctypes
import os
import signal

_LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
"""From Linux's prctl.h."""


def end_with(parent: int, sent: signal.Signals) -> None:
    """Let the kernel send this process `sent` when `parent`, which started it, dies; end now if it is dead already."""
    _LIBC.prctl(PR_SET_PDEATHSIG, sent)
    if os.getppid() != parent:
        os._exit(1)
