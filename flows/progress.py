"""Progress of long work, for whoever watches a terminal; nothing for whoever does not."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text
from typing_extensions import override

from mtl.manifest import LOG as KEPT_FILES
from mtl.report.plain_text import plain, print_plain

SECONDS_BETWEEN_LOOKS = 5.0
"""At what a run under way has reached, of whoever watches."""

MOST_AT_WORK = 4
"""Runs under way that have a line each."""

LONG = 10.0
"""Seconds from which it is worth saying how long something still takes."""


class _Watched(Progress):
    """Bars, and below them a line for each run that is under way."""

    def __init__(self, *columns: ProgressColumn, console: Console, disable: bool) -> None:
        self._at_work: dict[str, _Look] = {}
        super().__init__(*columns, console=console, disable=disable)

    @override
    def get_renderables(self) -> Iterator[RenderableType]:
        yield from super().get_renderables()
        for name, look in list(self._at_work.items())[:MOST_AT_WORK]:
            told = look.told()
            yield plain(f"    {name}: {told}" if told else f"    {name}", style="dim")

    @contextmanager
    def at_work(self, name: str, so_far: Callable[[], str]) -> Iterator[None]:
        """Show a run for the block."""
        self._at_work[name] = _Look(so_far)
        self.refresh()
        try:
            yield
        finally:
            self._at_work.pop(name, None)


class _Look:
    """What a run has reached, looked up now and then."""

    def __init__(self, so_far: Callable[[], str]) -> None:
        self._so_far, self._told, self._at = so_far, "", time.monotonic()

    def told(self) -> str:
        if time.monotonic() - self._at > SECONDS_BETWEEN_LOOKS:
            self._told, self._at = self._so_far(), time.monotonic()
        return self._told


class _TimeLeft(ProgressColumn):
    @override
    def render(self, task: Task) -> Text:
        return Text(time_left(task), style="cyan")


def time_left(task: Task) -> str:
    """About how long the rest takes, if its parts take what those before took; empty where that says nothing yet."""
    if task.finished or not task.completed or not task.total or task.elapsed is None:
        return ""
    seconds = task.elapsed / task.completed * (task.total - task.completed)
    if seconds < LONG:
        return ""
    return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"


_ACTIVE: ContextVar[_Watched | None] = ContextVar("progress", default=None)


@contextmanager
def showing_progress(console: Console) -> Iterator[None]:
    """Show progress bars on `console` within the block, if it is a terminal; else a line per stage."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        _TimeLeft(),
    )
    with _Watched(*columns, console=console, disable=not console.is_terminal) as progress:
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


@contextmanager
def at_work(name: str, so_far: Callable[[], str]) -> Iterator[None]:
    """Show a run that is under way for the block; `so_far`: what it has reached, asked now and then."""
    if progress := _ACTIVE.get():
        with progress.at_work(name, so_far):
            yield
    else:
        yield


def is_watched() -> bool:
    """Whether anybody is told what is said here."""
    return _ACTIVE.get() is not None


def say(line: str) -> None:
    """Tell whoever watches a line of news."""
    if progress := _ACTIVE.get():
        progress.console.print(line, highlight=False, markup=False, soft_wrap=True)


class Stage:
    """A line of work that can advance."""

    def __init__(self, progress: Progress | None, line: TaskID | None) -> None:
        self._progress, self._line = progress, line

    def advance(self, note: str = "", parts: int = 1) -> None:
        """Some parts are done."""
        if self._progress and self._line is not None:
            self._progress.advance(self._line, parts)
            if note and not self._progress.console.is_terminal:
                left = time_left(self._progress.tasks[self._progress.task_ids.index(self._line)])
                print_plain(self._progress.console, f"  {note}{f' ({left})' if left else ''}", soft_wrap=True)
