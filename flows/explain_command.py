"""`mtl explain` and `mtl learning-curve`: their arguments, and what they print."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from flows.cli_options import AsJson, Spec
from flows.edge import reporting_errors
from flows.first_words import first_words
from flows.json_log import error_console


def explain(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", help="Name of a study that was run: its spec's name.", show_default=True)
    ] = "reviews",
    as_json: AsJson = False,
) -> None:
    """Find out why tasks of a study's last decision are not better: retrain with one thing changed at a time.

    Fewer labels, a wider trunk, one task alone, stronger regularisation, other seeds: what repairs a task is what it
    lacked. All is judged on validation rows; no test row is read, and nothing is registered.
    """
    with reporting_errors():
        first_words(f"Explaining {study}: getting ready …")
        from flows.explaining import explain_study
        from mtl.report.explanation_lines import print_causes

        found = explain_study(study, error_console())
        if as_json:
            plain = [{**asdict(shown), "cause": asdict(cause)} for shown, cause in found]
            sys.stdout.write(json.dumps(plain, indent=2) + "\n")
        else:
            print_causes(found, Console())


def learning_curve(spec: Spec, as_json: AsJson = False) -> None:
    """Say what more labels would bring: fit an eighth of them to all, and continue each task's curve.

    The candidate of the spec's last study is fitted, or before the first the spec's first approach. All is judged on
    validation rows; no test row is read.
    """
    with reporting_errors():
        first_words(f"Learning curve of {spec}: getting ready …")
        from flows.explaining import curves_of
        from mtl.report.explanation_lines import print_curves

        found = curves_of(spec, error_console())
        if as_json:
            sys.stdout.write(json.dumps([asdict(curve) for curve in found], indent=2) + "\n")
        else:
            print_curves(found, Console())
