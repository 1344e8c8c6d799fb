"""The edge of the program: every error becomes a line for the user, and one that nobody expected also a file."""

import logging
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from flows.json_log import error_console
from flows.settings import home_folder
from mtl.disk_space import full_disk
from mtl.errors import MtlError, UserError
from mtl.report.plain_text import print_plain
from mtl.shown import printable, without_passwords

FAILED, USER_MISTAKE, REJECTED = 1, 2, 3
"""Exit statuses. 0: a decision was reached, or what was asked for is done."""

INTERRUPTED = "interrupted; what was finished is kept, and the same command goes on from there"

_LONGEST = 300
"""Characters of an unexpected error that a terminal is shown; the file has all."""


@contextmanager
def reporting_errors() -> Iterator[None]:
    """End the program with a line on what went wrong, without a traceback."""
    try:
        yield
    except UserError as error:
        fail(str(error), USER_MISTAKE)
    except MtlError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # whatever it is, the user is told in one line
        full = full_disk(error)
        fail(str(full) if full else _unexpected(error))


def fail(message: str, status: int = FAILED) -> NoReturn:
    """Print a message in red and exit."""
    # Python, ending, waits for its threads: a second Ctrl-C ends it then, and silently.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    print_plain(error_console(logging.ERROR), message, style="red", soft_wrap=True)
    sys.exit(status)


def _unexpected(error: Exception) -> str:
    """What to say of an error that is the program's own fault, or of its surroundings."""
    told = " ".join(f"{type(error).__name__}: {error}".split())
    told = told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
    file = _write_traceback(error)
    where = f"the file {file}, which says where it happened" if file else "the command, for no file could be written"
    return f"unexpected error: {told}; please report it to who maintains mtl-pipeline, with {where}"


def _write_traceback(error: Exception) -> Path | None:
    lines = [f"mtl, Python {sys.version}", f"command: {sys.argv[1:]}", *traceback.format_exception(error)]
    text = without_passwords(printable("\n".join(lines)))
    name = f"mtl-error-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    for folder in (home_folder, lambda: Path(tempfile.gettempdir())):
        with suppress(Exception):
            (folder() / name).write_text(text, encoding="utf-8")
            return folder() / name
    return None
