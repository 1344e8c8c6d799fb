"""`mtl schedule`: the arguments of the command, and what it prints."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from flows.cli_options import SPEC_HELP
from flows.edge import reporting_errors
from mtl.report.plain_text import print_plain


def schedule(
    spec: Annotated[str | None, typer.Argument(metavar="[SPEC]", help=SPEC_HELP, show_default=False)] = None,
    cron: Annotated[str | None, typer.Option(help='When to retrain, for example "0 3 * * *".')] = None,
    timezone: Annotated[str, typer.Option(help="Time zone of the schedule.")] = "UTC",
    interval: Annotated[str | None, typer.Option(help="Or: time from one retrain to the next: 30m, 6h, 1d.")] = None,
    on_new_data: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Or: retrain whenever a file, a folder or a 'pattern-*.csv' has changed."),
    ] = None,
    on_drift: Annotated[
        bool,
        typer.Option(
            "--on-drift", help="Retrain only if rows are not like the champion's any more; alone: look hourly."
        ),
    ] = False,
    retention: Annotated[
        str, typer.Option(metavar="AGE", help="Remove what is older, once a day, as `mtl clean` does; or off.")
    ] = "90d",
    systemd: Annotated[
        bool, typer.Option("--systemd", help="Print a unit that serves this schedule after each restart; do nothing.")
    ] = False,
    pause: Annotated[str | None, typer.Option(metavar="NAME", help="Begin no study of NAME until --resume.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="NAME", help="Undo --pause.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="NAME", help="Forget the schedule of NAME.")] = None,
) -> None:
    """Retrain on a schedule: a Prefect deployment, served by this process until Ctrl-C.

    Without SPEC: list the schedules, with the next three retrains of each.

    Without PREFECT_API_URL a Prefect server is started on loopback beside it.
    """
    with reporting_errors():
        from flows.cleaning import retention_of
        from flows.schedule import change_schedules, print_unit, serve_schedule
        from flows.when import require_nothing_to_serve, when_of

        changes = {do: name for do, name in (("pause", pause), ("resume", resume), ("remove", remove)) if name}
        if spec is None or changes:
            require_nothing_to_serve(spec, cron, interval, on_new_data, on_drift)
            print_plain(Console(), change_schedules(changes), soft_wrap=True)
            return
        when, age = when_of(cron, interval, on_new_data, timezone, on_drift), retention_of(retention)
        if systemd:
            sys.stdout.write(print_unit(spec, when, age))
        else:
            serve_schedule(spec, when, Console(), age)
