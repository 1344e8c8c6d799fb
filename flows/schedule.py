"""Retraining on a schedule: a Prefect deployment of the flow, served by this process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from flows.open_study import open_study
from flows.servers import prefect_api
from flows.settings import Settings, configure_prefect, read_receivers, read_settings
from mtl.errors import MtlError
from mtl.report.plain_text import print_plain

ANY_PORT = 0


def serve_schedule(spec: str, cron: str, timezone: str, console: Console) -> None:
    """Deploy `spec` and retrain whenever `cron` says, until SIGINT or SIGTERM.

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
        os.environ["PREFECT_API_URL"] = f"{address}/api"
        from flows import deployment  # noqa: PLC0415  # Prefect reads its settings when it is imported

        when = deployment.schedule_of(cron, timezone)
        print_plain(console, f"{study.spec.name} is retrained at '{cron}' ({timezone}); Prefect: {address}")
        place = str(Path(spec).resolve()) if Path(spec).is_file() else spec
        deployment.serve(study.spec.name, place, when, settings)


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
