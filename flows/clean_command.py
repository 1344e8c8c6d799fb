"""`mtl clean`: the arguments of the command."""

from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors
from mtl.report.plain_text import print_plain


def clean(
    keep: Annotated[
        int,
        typer.Option(min=0, help="Of rows, arrays, runs, bundles, studies and flow runs, how many stay however old."),
    ] = 50,
    older_than: Annotated[str, typer.Option(help="What was not used for so long goes: 90d; at least 2d.")] = "90d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
) -> None:
    """Remove what was not used for long: of MTL_HOME what it could compute again, of MLflow and Prefect old records.

    Champions, all versions with the runs and studies that made and decided on them, decisions, the ledger, reports and
    what runs now stay: what serves, rolls back, verifies and decides goes on as before.
    """
    with reporting_errors():
        from flows.cleaning import clean as clean_home

        print_plain(Console(), clean_home(keep, older_than, dry_run), soft_wrap=True)
