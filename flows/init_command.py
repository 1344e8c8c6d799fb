"""`mtl init`, as the command line has it. It imports what it needs when it is called, so that `--help` is quick."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors


def init(  # a parameter is an option of the command
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="CSV, TSV (.gz, too), Parquet or Feather; several of one table, or a pattern in quotation marks.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column to be learned, or a pattern; once for each.", show_default=False),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column that names a row; once for each of several.", show_default=False),
    ] = None,
    sql: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="URL QUERY",
            help="In place of a file the rows of a query; ${NAME} in the URL is read from the environment.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the study.", show_default="the file's")] = "",
    out: Annotated[Path | None, typer.Option(help="Where the spec goes.", show_default="NAME.yaml")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Look at a file and write a spec for it, which `mtl check` and `mtl run` take as it is.

    At a terminal it asks which columns are to be learned; elsewhere --target says so, unless one alone is named so.
    """
    with reporting_errors():
        from flows.draft_spec import Asked, draft_spec

        if name:
            from flows.arguments import require_name

            require_name(name)
        asked = Asked(files or (), target or (), key or (), name, out, force, sql)
        draft_spec(asked, Console(), input if sys.stdin.isatty() and sys.stdout.isatty() else None)
