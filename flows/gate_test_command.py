"""`mtl gate-test`: the arguments of the command, and what it prints."""

import json
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from flows.edge import reporting_errors


def gate_test(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="Path of a spec, or a shipped example.", show_default=False)
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="First day of the test window, for a spec split by time."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Simulate decisions of a spec's shape before any training: how often the gate errs, and what it would find.

    Data are read and prepared, nothing is trained, and no look at the test rows is spent. How models differ is what the
    spec's last study found, or is assumed.
    """
    with reporting_errors():
        from flows.gate_testing import simulate_gate
        from mtl.report.gate_test_page import print_gate_test

        study, found = simulate_gate(spec, as_of.date() if as_of else None)
        if as_json:
            sys.stdout.write(json.dumps(found.to_plain(), indent=2) + "\n")
        else:
            print_gate_test(found, study.spec.gate, Console())
