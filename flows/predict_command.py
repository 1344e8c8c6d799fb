"""`mtl predict`: the arguments of the command."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli_options import Name, Version
from flows.edge import reporting_errors
from mtl.report.plain_text import print_plain


def predict(
    name: Name,
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A table's file, or a pattern of several.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A .parquet file.", show_default=False)],
    version: Version = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Files that are predicted side by side.", show_default=False)
    ] = None,
) -> None:
    """Predict every task for all rows of IN with the champion: OUT has their key and the predictions, in IN's order.

    In bounded memory, whatever the size; OUT appears whole. The same command goes on where an interrupted one was.
    With MTL_DASK several files are predicted by a cluster's workers, which see IN, OUT and MTL_HOME as this host does.
    """
    with reporting_errors():
        from flows.predict_file import predict_file

        print_plain(Console(), predict_file(name, source, out, version, Console(stderr=True), workers), soft_wrap=True)
