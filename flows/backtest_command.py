"""`mtl backtest`: the arguments of the command, and what it prints."""

import json
import sys
import time
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors
from flows.json_log import error_console


def backtest(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="Of a study that is split by time, as for `run`.", show_default=False)
    ],
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the first test window.")
    ],
    end: Annotated[
        datetime,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], help="The day after which no test window may last: the last decision."
        ),
    ],
    every: Annotated[
        int | None,
        typer.Option(min=1, help="Days from a retrain to the next; by default the test window.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Replay scheduled retrains through time: what would have been promoted when, and how that did afterwards.

    Each retrain sees no row after its test window. Champion, newest candidate and single-task models are then compared
    on the window after it. Nothing is registered, promoted or logged. Runs are kept: a second backtest trains nothing.
    """
    began = time.monotonic()
    with reporting_errors():
        from flows.backtest import backtest as replay
        from flows.progress import showing_progress
        from mtl.backtest.ticks import Schedule
        from mtl.report.backtest_tables import print_backtest
        from mtl.report.plain_text import print_plain

        with showing_progress(error_console()):
            outcome = replay(spec, Schedule(first.date(), end.date(), every))
        if as_json:
            sys.stdout.write(json.dumps(outcome.to_plain(time.monotonic() - began), indent=2) + "\n")
            return
        print_backtest(outcome.found, Console())
        print_plain(Console(), outcome.told(time.monotonic() - began), style="dim", soft_wrap=True)
