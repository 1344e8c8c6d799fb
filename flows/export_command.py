"""`mtl export`: the arguments of the command."""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli_options import Name, Version
from flows.edge import reporting_errors
from mtl.errors import UserError
from mtl.report.plain_text import print_plain

NEEDS = ("onnx", "onnxruntime")


class Format(StrEnum):
    """What a model can be exported as."""

    ONNX = "onnx"


def export(
    name: Name,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An .onnx file.", show_default=False)],
    written_as: Annotated[Format, typer.Option("--format", help="What it is written as.")] = Format.ONNX,
    version: Version = None,
) -> None:
    """Write the champion as a model for other runtimes, from raw columns to predictions; checked before it appears.

    Carries numeric, boolean and categorical features and hard sharing. Needs the extra [onnx].
    """
    with reporting_errors():
        if missing := [package for package in NEEDS if find_spec(package) is None]:
            raise UserError(f"--format {written_as} needs {' and '.join(missing)}: pip install 'mtl-pipeline[onnx]'")
        from flows.export_model import export_model

        print_plain(Console(), export_model(name, out, version), soft_wrap=True)
