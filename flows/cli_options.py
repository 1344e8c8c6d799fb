"""The arguments and options that several commands of `mtl` have."""

from datetime import datetime
from typing import Annotated

import typer

SPEC_HELP = (
    "Path of a spec (YAML), or a shipped example:"
    " reviews, reviews_topic, reviews_pretrained, flights, health, metabolic, planted."
)
NAME_HELP = "Name of the registered model: the spec's name."

Spec = Annotated[str, typer.Argument(metavar="SPEC", help=SPEC_HELP, show_default=False)]
Name = Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP, show_default=False)]
Version = Annotated[
    str | None,
    typer.Option(
        "--version", metavar="VERSION", help="A registered version instead of the champion.", show_default=False
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="First day of the test window, for a spec split by time."),
]
Time = Annotated[
    str | None,
    typer.Option(
        "--time",
        metavar="TIME",
        help="Tune every model alike for as long as the whole study fits into it: 90s, 10m or 2h.",
        show_default=False,
    ),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Go through every step even if nothing has changed since the study was last made."),
]
Estimate = Annotated[
    bool, typer.Option("--estimate", help="Say how many runs there are to train, and how long they take; train none.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with status 3 after a rejection.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
