"""`mtl run` and `mtl check`: from the words of a command to the flow."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from filelock import FileLock, Timeout
from rich.console import Console

from flows.allowance import Allowance
from flows.open_study import open_study
from flows.progress import showing_progress
from flows.room_left import while_there_is_room
from flows.servers import WITHOUT_PAGES, prefect_server, require_prefect, running_prefect, starting
from flows.settings import Settings, configure_prefect, read_settings
from mtl.disk_space import require_space, space_at_least
from mtl.errors import LeaseError
from mtl.report.plain_text import print_plain

if TYPE_CHECKING:
    from data_checks import CheckReport
    from mtl.report.outcome import Outcome

    Show: TypeAlias = Callable[[Outcome], None]


@dataclass(frozen=True)
class Asked:
    """What `mtl run` is asked for; see `flows.retrain.retrain`."""

    spec: str
    as_of: date | None = None
    promote: bool = True
    wait: bool = True
    allowance: Allowance | None = None
    again: bool = False

    @property
    def takes_what_is_known(self) -> bool:
        """Whether what it came to before will do: not where a time is to be spent on trials."""
        return not self.again and self.allowance is None


def run_study(asked: Asked, console: Console, show: "Show") -> "Outcome":
    """Run the flow here and now, within the time that is allowed, if that can be; `show` its outcome at once.

    Nothing is started for a study that was made before if nothing has changed since.

    Raises:
        UserError: found before anything is started, where it can be.
        MtlError: the study failed.
    """
    settings = running_prefect(read_settings())
    study = open_study(asked.spec, settings, asked.as_of, asked.promote, timed=asked.allowance is not None)
    if asked.takes_what_is_known:
        from flows.unchanged import look_up

        if known := look_up(study):
            show(known)
            return known
    began = time.monotonic()
    with _place_for_a_study(settings, console, asked.wait) as ready:
        waited = time.monotonic() - began
        with showing_progress(console):
            # The server starts while this process imports, which takes each of them seconds.
            study.require_sound()
            from flows.outliving import carried_through
            from flows.retrain import retrain

            import_module("mtl.registry.tracking")
            ready()
            left = asked.allowance.after(waited) if asked.allowance else None
            run = carried_through(retrain, settings.home, console)
            outcome = run(asked.spec, asked.as_of, asked.promote, asked.wait, left, asked.again)
        show(outcome)
    return outcome


def judge_model(
    spec: str, candidate: str, as_of: date | None, promote: bool, console: Console, show: "Show"
) -> "Outcome":
    """Judge a registered model here and now. Shows and raises as `run_study` does."""
    settings = running_prefect(read_settings())
    study = open_study(spec, settings, as_of, promote, candidate)
    with _place_for_a_study(settings, console) as ready:
        with showing_progress(console):
            study.require_sound()
            from flows.judge import judge
            from flows.outliving import carried_through

            ready()
            outcome = carried_through(judge, settings.home, console)(spec, candidate, as_of, promote)
        show(outcome)
    return outcome


@contextmanager
def _place_for_a_study(settings: Settings, console: Console, wait: bool = True) -> Iterator[Callable[[], None]]:
    """Room on the disk and a Prefect API for the block, and a function that awaits the API.

    Raises:
        DiskFullError: there is no room for the smallest study, or at some time there is none left.
    """
    require_space(space_at_least(settings.home))
    with while_there_is_room(settings.home), prefect_for_a_while(settings, console, wait) as ready:
        yield ready


@contextmanager
def prefect_for_a_while(settings: Settings, console: Console, wait: bool = True) -> Iterator[Callable[[], None]]:
    """A Prefect API for the block, without pages or schedules, unless there is one; and a function that awaits it.

    Prefect would start such a server by itself, but only when the flow begins.
    """
    configure_prefect(settings)
    if settings.prefect_api_url:
        require_prefect(settings.prefect_api_url)
        with sending_what_is_left():
            yield lambda: None
        return
    server = prefect_server(settings, 0, WITHOUT_PAGES)
    os.environ["PREFECT_API_URL"] = f"{server.address}/api"
    with alone(settings, console, wait), starting(server, settings.home) as ready, sending_what_is_left():
        yield ready


@contextmanager
def sending_what_is_left() -> Iterator[None]:
    """Let Prefect, if the block used it, send its last words before its server goes: it would look for it for long."""
    try:
        yield
    finally:
        if outliving := sys.modules.get("flows.outliving"):
            outliving.send_what_is_left()


@contextmanager
def alone(settings: Settings, console: Console, wait: bool) -> Iterator[None]:
    """Wait for other studies in the same home: two Prefect servers on one SQLite file lock each other out.

    The kernel lets go of the lock when its holder dies. Studies with a PREFECT_API_URL run side by side.

    Raises:
        LeaseError: there is another study, and this is not to wait.
    """
    lock = FileLock(settings.home / "study.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as timeout:
        if not wait:
            raise LeaseError(f"another study is under way in {settings.home}; try again when it is done") from timeout
        print_plain(console, f"Another study is under way in {settings.home}; this one follows it.", soft_wrap=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def check_data(spec: str) -> "CheckReport":
    """Read the data of a spec and check it, without Prefect."""
    import data_checks
    from flows.reading import known_champion, read_rows
    from mtl.training.affordable import require_affordable_on

    study = open_study(spec, read_settings())
    study.require_sound()
    study, frame = read_rows(study)
    # Where no study of this name was made, none has a champion, and nobody waits for the registry.
    champion = known_champion(study) if study.store.report(study.spec.name).exists() else None
    report = data_checks.check_once(study.spec, frame, study.store.docs(study.spec.name), champion)
    if report.passed:
        require_affordable_on(study.spec, study.approaches, frame.by_need)
    return report
