"""A study whose Prefect server dies: it ends with its outcome or with one line, and soon.

Prefect repeats every call, log line and event to a server that is gone, for a minute and more each.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from prefect import Flow
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from rich.console import Console

from flows.flow_names import telling_the_decision
from flows.leaving import UNSENT
from flows.reach_prefect import LOST, RAISED, is_lost, reach_prefect, shown
from flows.run_notes import mark_killed, noted
from flows.tallying import tallied
from mtl.errors import MtlError
from mtl.report.outcome import Outcome

P = ParamSpec("P")

DRAIN_SECONDS = 10.0
"""Seconds that Prefect's last log lines and events are given to be sent, together."""

GOES_ON = "what was finished is kept, and the same command goes on from there"


def carried_through(flow: Flow[P, Outcome], home: Path, console: Console) -> Callable[P, Outcome]:
    """The flow as a function that returns its outcome once there is one, whatever becomes of Prefect after that.

    Before it, runs that were killed are marked. It raises MtlError as the flow does, and where Prefect's server is lost
    before there is an outcome.
    """
    # What cannot be sent to a server is not worth a line each on the terminal.
    logging.raiseExceptions = False
    reached: list[Outcome] = []

    @wraps(flow.fn)
    def kept(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        reached.append(flow.fn(*args, **kwargs))
        return reached[-1]

    @wraps(flow.fn)
    def followed(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        watched = noted(flow)
        watched.fn = telling_the_decision(tallied(kept))
        reach_prefect()
        try:
            mark_killed(home)
            return watched(*args, **kwargs)
        except RAISED as error:
            if not is_lost():
                raise
            if not reached:
                raise MtlError(f"{LOST.format(shown())}; {GOES_ON}") from error
            console.print(f"{LOST.format(shown())}; its pages will not show how this ended", highlight=False)
            return reached[-1]

    return followed


def send_what_is_left() -> None:
    """Let Prefect send its last log lines and events, before its server goes."""
    for worker in (APILogWorker, EventsWorker):
        logging.getLogger(worker.__name__).setLevel(logging.ERROR)
    UNSENT.set()  # also for whoever interrupts what follows
    end = time.monotonic() + DRAIN_SECONDS
    drained = [worker.drain_all(timeout=max(0.0, end - time.monotonic())) for worker in (APILogWorker, EventsWorker)]
    if all(isinstance(futures, tuple) and not futures[1] for futures in drained):
        UNSENT.clear()
