"""How the process of a command ends."""

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

UNSENT = Event()
"""Set when something of Prefect's could not be sent in time: ending, it would wait for its server without a limit."""


@contextmanager
def leaving_soon() -> Iterator[None]:
    """End the process with the block, with the status that the block ends with."""
    # Else the interpreter, ending, collects the modules of PyTorch and its like one by one, which takes seconds.
    atexit.register(gc.freeze)
    try:
        yield
    except SystemExit as end:
        if UNSENT.is_set():
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else end.code is not None)
        raise
