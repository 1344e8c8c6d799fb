"""Retraining on a schedule: a Prefect deployment of the flow, served by this process."""

import os
from pathlib import Path

from rich.console import Console

from flows.open_study import open_study
from flows.servers import prefect_api
from flows.settings import configure_prefect, read_settings
from mtl.errors import UserError
from mtl.report.plain_text import print_plain

ANY_PORT = 0


def serve_schedule(spec: str, cron: str, timezone: str, console: Console) -> None:
    """Deploy `spec` and retrain whenever `cron` says, until SIGINT or SIGTERM.

    Raises:
        UserError: the spec, the cron expression or the time zone cannot be used.
    """
    settings = read_settings()
    study = open_study(spec, settings)
    study.require_sound()
    configure_prefect(settings)
    with prefect_api(settings, ANY_PORT) as address:
        os.environ["PREFECT_API_URL"] = f"{address}/api"
        from prefect.schedules import Cron  # noqa: PLC0415  # Prefect reads its settings when it is imported

        from flows.retrain import retrain  # noqa: PLC0415

        try:
            when = Cron(cron, timezone=timezone)
        except ValueError as error:
            raise UserError(f"--cron: '{cron}' in time zone '{timezone}' is no schedule: {error}") from error
        print_plain(console, f"{study.spec.name} is retrained at '{cron}' ({timezone}); Prefect: {address}")
        parameters = {"spec": str(Path(spec).resolve()) if Path(spec).is_file() else spec}
        retrain.serve(name=study.spec.name, schedule=when, parameters=parameters, print_starting_message=False)
