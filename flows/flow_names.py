"""What Prefect's pages call a run of a flow, and how they say it ended."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, cast

from prefect import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.json_log import begin
from mtl.report.outcome import Outcome

P = ParamSpec("P")


def run_name() -> str:
    """`reviews · 2026-11-26 12:02`, of the run that is about to begin."""
    parameters = flow_run.parameters
    judged = f"{parameters['candidate']} judged by " if "candidate" in parameters else ""
    return f"{judged}{Path(str(parameters['spec'])).stem} · {datetime.now().astimezone():%Y-%m-%d %H:%M}"


def telling_the_decision(function: Callable[P, Outcome]) -> Callable[P, Outcome]:
    """The body of a flow, whose run ends with the decision as the message of its state and in its log."""

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        begin()
        outcome = function(*args, **kwargs)
        get_run_logger().info(outcome.decision.sentence)
        # Prefect gives whoever calls the flow what the state holds.
        return cast("Outcome", Completed(message=outcome.decision.sentence, data=outcome))

    return told
