"""`mtl status`: the arguments of the command."""

from typing import Annotated

import typer
from rich.console import Console

from flows.edge import FAILED, reporting_errors
from mtl.report.plain_text import print_plain


def status(
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with status 1 where a study is late or failing.")
    ] = False,
) -> None:
    """Say what is late and what fails, in lines and as a page: MTL_HOME/status.html, which can be sent."""
    with reporting_errors():
        from flows.status import status as status_of

        told, ill = status_of()
        print_plain(Console(), told, soft_wrap=True)
    if exit_code and ill:
        raise typer.Exit(FAILED)
