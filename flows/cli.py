"""The `mtl` command. Every command imports what it needs when it is called, so that `--help` is quick."""

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.backtest_command import backtest
from flows.backup_command import backup, restore
from flows.clean_command import clean
from flows.cli_options import Again, AsJson, AsOf, Estimate, ExitCode, Name, Spec, Time
from flows.edge import FAILED, REJECTED, reporting_errors
from flows.estimate_command import print_estimate
from flows.explain_command import explain, learning_curve
from flows.export_command import export
from flows.first_words import first_words
from flows.gate_test_command import gate_test
from flows.init_command import init
from flows.json_log import begin, error_console
from flows.leaving import leaving_soon
from flows.monitor_command import monitor
from flows.predict_command import predict
from flows.progress import telling_of_damage
from flows.schedule_command import schedule
from flows.serve_command import serve
from flows.status_command import status
from mtl.report.plain_text import print_plain

if TYPE_CHECKING:
    from mtl.report.outcome import Outcome

STARTED = time.monotonic()

STUDY, MODEL, GATE, OPERATIONS = "Study", "Model", "Gate", "Operations"
"""The panels of `mtl --help`."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "One multi-task model instead of K single-task models, **only when it is proven better on every task**.\n\n"
        "`mtl run reviews` trains both, compares them on data that neither has seen, and promotes the multi-task model"
        " if it is better on every task. `mtl ui` shows what happened. `mtl serve reviews` serves the champion."
    ),
    epilog="Environment: MTL_HOME (default .mtl), MLFLOW_TRACKING_URI, PREFECT_API_URL, MTL_WORKERS, MTL_LOG.",
)


@app.command(rich_help_panel=STUDY)
def run(
    spec: Spec = "reviews",
    as_of: AsOf = None,
    promote: Annotated[bool, typer.Option(help="Whether an accepted candidate becomes the champion at once.")] = True,
    wait: Annotated[
        bool, typer.Option(help="Whether to wait for another study of this name, here or on another host, to end.")
    ] = True,
    within: Time = None,
    again: Again = False,
    estimate: Estimate = False,
    as_json: AsJson = False,
    exit_code: ExitCode = False,
) -> None:
    """Run a study: check the data, train, compare, decide, and promote or reject.

    Runs that an earlier study left are not trained again, so a study that was interrupted goes on where it was; one
    that ended is answered at once while data, spec, code and champion stay as they are.
    With --time the number of trials depends on the machine; without it, the same spec gives the same decision.
    Exit status: 0 when a decision was reached, 1 when the study failed, 2 for a mistake in the spec or the arguments.
    """
    with reporting_errors():
        first_words(f"Study of {spec}: getting ready …")
        if estimate:
            print_estimate(spec, as_of.date() if as_of else None, within, as_json)
            return
        from flows.allowance import Allowance, seconds_of
        from flows.running import Asked, run_study

        day = as_of.date() if as_of else None
        allowance = Allowance(seconds_of(within), STARTED) if within is not None else None
        show = partial(_show, as_json=as_json, asked=allowance.seconds if allowance else None)
        outcome = run_study(Asked(spec, day, promote, wait, allowance, again), error_console(), show)
    if exit_code and not outcome.decision.promote:
        raise typer.Exit(REJECTED)


@app.command(rich_help_panel=GATE)
def judge(
    spec: Spec,
    candidate: Annotated[
        str,
        typer.Option(
            metavar="MODEL",
            help="Any MLflow model that answers every gated task: models:/NAME/VERSION or models:/NAME@ALIAS.",
            show_default=False,
        ),
    ],
    as_of: AsOf = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Make it the champion if it is accepted: a version of the spec's own.")
    ] = False,
    as_json: AsJson = False,
    exit_code: ExitCode = False,
) -> None:
    """Judge a registered model, yours or anyone's, as a candidate is: same data, baselines, rows and gate.

    Baselines are trained unless they are known; no candidate is. Nothing is promoted without --promote.
    """
    with reporting_errors():
        first_words(f"Judging {candidate} by {spec}: getting ready …")
        from flows.running import judge_model

        day, show = as_of.date() if as_of else None, partial(_show, as_json=as_json)
        outcome = judge_model(spec, candidate, day, promote, error_console(), show)
    if exit_code and not outcome.decision.promote:
        raise typer.Exit(REJECTED)


@app.command(rich_help_panel=STUDY)
def check(spec: Spec) -> None:
    """Run the data checks alone: what is wrong with the data, which column, which rows.

    Exit status: 0 when no critical check failed, 1 otherwise.
    """
    with reporting_errors():
        from flows.running import check_data

        report = check_data(spec)
        print_plain(Console(), report.summary())
    if not report.passed:
        raise typer.Exit(FAILED)


app.command(rich_help_panel=STUDY)(init)
app.command(rich_help_panel=STUDY)(explain)
app.command("learning-curve", rich_help_panel=STUDY)(learning_curve)


@app.command(rich_help_panel=STUDY)
def report(
    study: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="Its name; the latest if absent.", show_default=False)
    ] = None,
    only_print: Annotated[bool, typer.Option("--print", help="Print where it is, and open nothing.")] = False,
) -> None:
    """Open the page of a study's last decision: one file, which can be sent to whoever asks."""
    with reporting_errors():
        from flows.show_report import report_of, show

        page = report_of(study)
        opened = not only_print and show(page)
        print_plain(Console(), str(page) if only_print else f"{'Opened' if opened else 'Open'} {page}", soft_wrap=True)


@app.command(rich_help_panel=GATE)
def decide(
    report_or_run: Annotated[
        str,
        typer.Argument(
            metavar="REPORT_OR_RUN",
            help="Folder of a report, name of a study (its last report), or id of a study's run in MLflow.",
            show_default=False,
        ),
    ],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with status 3 if it is another one.")] = False,
) -> None:
    """Make a stored decision again, from its evidence and the policy of then, and say whether it is the same.

    Neither models nor data are needed: the evidence holds the test labels and all that was predicted for them.
    """
    with reporting_errors():
        from flows.decide_again import decide_again
        from mtl.report.words import repetition

        repeated = decide_again(report_or_run)
        print_plain(Console(), repetition(repeated), soft_wrap=True)
    if exit_code and not repeated.same:
        raise typer.Exit(REJECTED)


@app.command(rich_help_panel=MODEL)
def promote(
    name: Name,
    version: Annotated[str | None, typer.Option(help="Registered version; the latest accepted one if absent.")] = None,
) -> None:
    """Make a version the champion that was accepted but not promoted (`mtl run --no-promote`).

    Refused for a version whose recorded decision is not `promote`, and when the champion is another one by now than
    the version was compared with.
    """
    with reporting_errors():
        from flows.move_champion import promote_version

        print_plain(Console(), promote_version(name, version))


@app.command(rich_help_panel=MODEL)
def rollback(name: Name) -> None:
    """Make the previous champion the champion again; each call goes one promotion further back."""
    with reporting_errors():
        from flows.move_champion import roll_back

        print_plain(Console(), roll_back(name))


@app.command(rich_help_panel=MODEL)
def history(name: Name) -> None:
    """List who was champion from when to when and why, and each version with its decisions."""
    with reporting_errors():
        from flows.look_back import history_of
        from mtl.report.history_lines import print_history

        print_history(history_of(name), Console())


@app.command(rich_help_panel=MODEL)
def verify(
    name: Name, version: Annotated[str, typer.Argument(metavar="VERSION", help="Its number.", show_default=False)]
) -> None:
    """Compare every file of a version with its latest decision, and the decision's signature with the trusted key.

    Exit status: 0 when all is as it was decided on, 1 otherwise.
    """
    with reporting_errors():
        from flows.look_back import verify as verify_version
        from mtl.report.words import verification

        found = verify_version(name, version)
        print_plain(Console(), verification(found), soft_wrap=True)
    if found.problems:
        raise typer.Exit(FAILED)


app.command(rich_help_panel=MODEL)(serve)
app.command(rich_help_panel=MODEL)(monitor)
app.command(rich_help_panel=MODEL)(predict)
app.command(rich_help_panel=MODEL)(export)


@app.command(rich_help_panel=OPERATIONS)
def ui(
    mlflow_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of MLflow's pages.")] = 5000,
    prefect_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of Prefect's pages.")] = 4200,
) -> None:
    """Show the pages of MLflow (runs, models) and Prefect (flows) on loopback until Ctrl-C."""
    with reporting_errors():
        from flows.servers import show_pages

        show_pages(mlflow_port, prefect_port, Console())


app.command(rich_help_panel=OPERATIONS)(schedule)
app.command(rich_help_panel=OPERATIONS)(status)
app.command(rich_help_panel=OPERATIONS)(backup)
app.command(rich_help_panel=OPERATIONS)(restore)
app.command(rich_help_panel=OPERATIONS)(clean)


@app.command(rich_help_panel=STUDY)
def schema() -> None:
    """Print the JSON Schema of a spec, for editors."""
    import json

    from mtl.spec import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")


app.command(rich_help_panel=GATE)(backtest)
app.command("gate-test", rich_help_panel=GATE)(gate_test)


def main() -> None:
    """The entry point."""
    with leaving_soon(), reporting_errors(), telling_of_damage(error_console()):
        begin()
        app()


def _show(outcome: "Outcome", as_json: bool, asked: float | None = None) -> None:
    import json

    from mtl.report.terminal import print_outcome

    seconds = time.monotonic() - STARTED
    if as_json:
        sys.stdout.write(json.dumps(outcome.to_plain(seconds, asked), indent=2) + "\n")
    else:
        print_outcome(outcome, Console(), seconds, asked)
