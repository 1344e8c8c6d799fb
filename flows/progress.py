"""Progress of long work, for whoever watches a terminal; nothing for whoever does not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from typing_extensions import override

from mtl.manifest import LOG as KEPT_FILES
from mtl.report.plain_text import print_plain

_ACTIVE: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def showing_progress(console: Console) -> Iterator[None]:
    """Show progress bars on `console` within the block, if it is a terminal; else a line per stage."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        token = _ACTIVE.set(progress)
        try:
            yield
        finally:
            _ACTIVE.reset(token)


@contextmanager
def telling_of_damage(console: Console) -> Iterator[None]:
    """Tell of kept files that turn out to be damaged within the block: above the progress bars, or on `console`."""
    teller = _Teller(console)
    KEPT_FILES.addHandler(teller)
    try:
        yield
    finally:
        KEPT_FILES.removeHandler(teller)


class _Teller(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    @override
    def emit(self, record: logging.LogRecord) -> None:
        progress = _ACTIVE.get()
        print_plain(progress.console if progress else self._console, record.getMessage(), soft_wrap=True)


@contextmanager
def stage(description: str, total: int | None = 1) -> Iterator["Stage"]:
    """One line of work with `total` parts, or with as many as there will be."""
    progress = _ACTIVE.get()
    line = progress.add_task(description, total=total) if progress else None
    shown = Stage(progress, line)
    if progress and not progress.console.is_terminal:
        print_plain(progress.console, f"{description} …")
    yield shown
    if progress and line is not None:
        progress.update(line, completed=total)


def say(line: str) -> None:
    """Tell whoever watches a line of news."""
    if progress := _ACTIVE.get():
        progress.console.print(line, highlight=False, markup=False, soft_wrap=True)


class Stage:
    """A line of work that can advance."""

    def __init__(self, progress: Progress | None, line: TaskID | None) -> None:
        self._progress, self._line = progress, line

    def advance(self, note: str = "") -> None:
        """One part is done."""
        if self._progress and self._line is not None:
            self._progress.advance(self._line)
            if note and not self._progress.console.is_terminal:
                print_plain(self._progress.console, f"  {note}")
