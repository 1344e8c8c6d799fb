"""`mtl clean`: the arguments of the command."""

from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors
from mtl.report.plain_text import print_plain


def clean(
    keep: Annotated[
        int, typer.Option(min=0, help="Of rows, arrays, runs and bundles, how many stay however old they are.")
    ] = 50,
    older_than: Annotated[str, typer.Option(help="What was not read for so long goes: 90d; at least 2d.")] = "90d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
) -> None:
    """Remove what MTL_HOME holds, could compute again, and has not used for long; also what killed studies left.

    Champions, decisions, reports and the registry stay: what serves, rolls back, verifies and decides needs none of it.
    """
    with reporting_errors():
        from flows.cleaning import clean as clean_home

        print_plain(Console(), clean_home(keep, older_than, dry_run), soft_wrap=True)
