"""`mtl monitor`: the arguments of the command."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli_options import AsJson, Name
from flows.edge import reporting_errors


def monitor(
    name: Name,
    log: Annotated[
        Path, typer.Option(metavar="FOLDER", help="What `mtl serve --log-predictions` has filled.", show_default=False)
    ],
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Labels that have come, with the key's columns.", show_default=False),
    ] = None,
    labels_sql: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="URL QUERY", help="The same out of a database.", show_default=False),
    ] = None,
    rollback_on_harm: Annotated[
        bool, typer.Option("--rollback-on-harm", help="Move the champion back if it is worse on some task.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Watch the champion by labels that come late: is it still no worse than the models that it replaced?

    Each label counts once, however often this is run; it may be run at any time, and stop at any time: of all versions
    that do no harm, an alarm is raised of 5 % at most. Rows and predictions are compared with those of its training.
    """
    with reporting_errors():
        from flows.monitoring import Asked, monitor_champion, page_of
        from mtl.errors import UserError
        from mtl.report.monitoring_report import print_monitored

        if labels is not None and labels_sql is not None:
            raise UserError("--labels: expected a file or --labels-sql, not both; leave one of them out")
        found = monitor_champion(Asked(name, log, labels or labels_sql, rollback_on_harm))
        if as_json:
            sys.stdout.write(json.dumps(found.to_plain(), indent=2) + "\n")
        else:
            print_monitored(found, page_of(name), Console())
