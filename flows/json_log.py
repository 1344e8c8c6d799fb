"""`MTL_LOG=json`: what a process tells on its error stream as JSON, a line each, with the study it is about.

Not for the output of a command, which is what it was asked for.
"""

import io
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO, TypeAlias

from rich.console import Console
from typing_extensions import override

from mtl.errors import UserError
from mtl.shown import printable, shortened, without_passwords

VARIABLE, JSON = "MTL_LOG", "json"

OURS = ("flows", "mtl", "data_checks", "prefect.flow_runs", "prefect.task_runs")
"""Loggers that are heard from INFO on; all others from WARNING on."""

WIDEST = 10_000
"""Columns: a line stays a line."""

Value: TypeAlias = str | Callable[[], str]

_KNOWN: dict[str, Value] = {}


def know(**values: Value) -> None:
    """What the lines of this process have from now on: `study`, `run` and `version`. A function is asked each time."""
    _KNOWN.update(values)


def is_json() -> bool:
    """Whether lines are to be JSON. Raises UserError where the variable holds anything else."""
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", JSON):
        raise UserError(f"{VARIABLE}: expected json, or nothing; got '{shortened(asked)}'")
    return asked == JSON


def error_console(level: int = logging.INFO) -> Console:
    """The error stream, for words to people; where JSON is asked for, each of their lines is told as such."""
    if os.environ.get(VARIABLE) != JSON:
        return Console(stderr=True)
    return Console(file=_Lines(level), width=WIDEST, no_color=True, force_terminal=False)


def begin() -> None:
    """Have what this process logs told as JSON, if that is asked for; to be said again once Prefect has set up its own.

    Raises UserError where the variable is wrong.
    """
    if not is_json():
        return
    # Else MLflow, once it is imported, has its own and Alembic's loggers write plain text beside these lines.
    os.environ["MLFLOW_CONFIGURE_LOGGING"] = "false"
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    apart = (logger for name in OURS if not (logger := logging.getLogger(name)).propagate)
    for logger in (logging.getLogger(), *apart):
        if not any(isinstance(handler, _Handler) for handler in logger.handlers):
            logger.addHandler(_Handler())


class _Handler(logging.Handler):
    @override
    def emit(self, record: logging.LogRecord) -> None:
        failed = {}
        if record.exc_info:
            failed = {"exception": logging.Formatter().formatException(record.exc_info)}
        _tell(sys.stderr, record.levelno, record.name, record.getMessage(), failed)


class _Lines(io.StringIO):
    """A stream that tells each line that is written to it."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level, self._rest = level, ""

    @override
    def write(self, text: str) -> int:
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            if line.strip():
                _tell(sys.stderr, self._level, "mtl", line.strip(), {})
        return len(text)


def _tell(stream: TextIO, level: int, logger: str, message: str, more: dict[str, str]) -> None:
    known = {name: value if isinstance(value, str) else value() for name, value in _KNOWN.items()}
    told = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(level).lower(),
        "logger": logger,
        "message": without_passwords(printable(message)),
        **known,
        **more,
    }
    # In one call, so that lines of threads do not mix.
    stream.write(json.dumps(told, ensure_ascii=False) + "\n")
    stream.flush()
