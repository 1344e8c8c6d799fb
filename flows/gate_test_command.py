"""`mtl gate-test`: the arguments of the command, and what it prints."""

import json
import sys

from rich.console import Console

from flows.cli_options import AsJson, AsOf, Spec
from flows.edge import reporting_errors


def gate_test(spec: Spec, as_of: AsOf = None, as_json: AsJson = False) -> None:
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
