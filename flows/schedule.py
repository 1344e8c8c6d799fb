"""Retraining on a schedule: a Prefect deployment of the flow, served by this process."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from flows.arguments import require_name
from flows.json_log import error_console
from flows.open_study import open_study
from flows.running import prefect_for_a_while
from flows.servers import prefect_api, running_prefect
from flows.settings import Settings, configure_prefect, read_receivers, read_settings
from flows.systemd import unit_of
from flows.when import OFF, RETENTION, When
from mtl.errors import MtlError
from mtl.report.plain_text import print_plain

ANY_PORT = 0


def serve_schedule(spec: str, when: When, console: Console, retention: str = OFF) -> None:
    """Deploy `spec` and retrain whenever that says, until SIGINT or SIGTERM.

    `retention`: how old is what it removes by itself, or `off`.

    Raises:
        UserError: the spec, the cron expression or the time zone cannot be used.
        MtlError: another process of this home retrains it on a schedule.
    """
    settings = read_settings()
    study = open_study(spec, settings)
    study.require_sound()
    read_receivers()
    configure_prefect(settings)
    with _alone(settings, study.spec.name), prefect_api(settings, ANY_PORT) as address:
        os.environ |= {"PREFECT_API_URL": f"{address}/api", RETENTION: retention}
        deployment = import_module("flows.deployment")  # Prefect reads its settings when it is imported
        deployment.schedule_of(when)
        print_plain(console, f"{study.spec.name} is retrained {when}; Prefect: {address}")
        deployment.serve(study.spec.name, _place(spec), when, settings)


def change_schedules(changes: Mapping[str, str]) -> str:
    """Pause, resume or remove schedules, each by the name of its study, and list what there is then.

    Raises:
        UserError: there is no such schedule.
        MtlError: Prefect's server is not there, or lets nobody in.
    """
    for name in changes.values():
        require_name(name)
    settings = running_prefect(read_settings())
    with prefect_for_a_while(settings, error_console()) as ready:
        ready()
        import_module("flows.reach_prefect").reach_prefect()
        schedules = import_module("flows.schedules")
        for change, name in changes.items():
            getattr(schedules, change)(name)
        return "\n".join(map(str, schedules.listed())) or "There is no schedule; `mtl schedule SPEC` makes one."


def print_unit(spec: str, when: When, retention: str) -> str:
    """A unit of systemd that serves this schedule. Raises UserError where the spec cannot be used."""
    settings = read_settings()
    study = open_study(spec, settings)
    options = {
        "--cron": when.cron,
        "--interval": f"{int(when.interval.total_seconds()) // 60}m" if when.interval else None,
        "--on-new-data": when.new_data,
        "--timezone": when.timezone,
        "--retention": retention,
    }
    given = [word for name, value in options.items() if value for word in (name, value)]
    given += ["--on-drift"] if when.on_drift else []
    return unit_of(study.spec.name, ("schedule", _place(spec), *given), settings.home, Path.cwd())


def _place(spec: str) -> str:
    return str(Path(spec).resolve()) if Path(spec).is_file() else spec


@contextmanager
def _alone(settings: Settings, name: str) -> Iterator[None]:
    """The kernel lets go of the lock when its holder dies."""
    lock = FileLock(settings.home / f"schedule-{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise MtlError(f"{name} is retrained on a schedule by another process already, in {settings.home}") from None
    try:
        yield
    finally:
        lock.release()
