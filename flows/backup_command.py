"""`mtl backup` and `mtl restore`: the arguments of the commands."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors
from mtl.report.plain_text import print_plain

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .tar.gz file.", show_default=False)]


def backup(file: File) -> None:
    """Write what nobody could compute again to FILE: the registry, its models, decisions and reports.

    For the SQLite registry of MTL_HOME; studies may go on meanwhile.
    """
    with reporting_errors():
        from flows.backup import back_up

        print_plain(Console(), back_up(file), soft_wrap=True)


def restore(file: File) -> None:
    """Put back what `mtl backup` wrote, into a home that has no registry yet, here or in another place."""
    with reporting_errors():
        from flows.backup import restore as put_back

        print_plain(Console(), put_back(file), soft_wrap=True)
