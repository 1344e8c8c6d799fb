"""A study's deployment in Prefect: one study at a time, each in a process that ends with this one."""

import os
import signal

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Schedule

from flows import missed, run_notes
from flows.flow_names import telling_the_decision
from flows.lifetime import end_with
from flows.notifying import notify
from flows.reach_prefect import LOST, RAISED, is_lost, reach_prefect, shown
from flows.retrain import retrain
from flows.settings import Settings, read_receivers
from mtl.errors import MtlError, UserError
from mtl.report.notice import notice_of_missed

SERVED_BY = "MTL_SERVED_BY"
"""Tells the process of a run which one is its parent."""


def schedule_of(cron: str, timezone: str) -> Schedule:
    """A schedule as Prefect has them. Raises UserError where Prefect makes none of it."""
    try:
        return Cron(cron, timezone=timezone)
    except ValueError as error:
        raise UserError(f"--cron: '{cron}' in time zone '{timezone}' is no schedule: {error}") from error


def serve(name: str, spec: str, when: Schedule, settings: Settings) -> None:
    """Retrain until SIGINT or SIGTERM. What falls due during a study is cancelled; what was missed is done once.

    Raises:
        MtlError: Prefect's server is not there, lets nobody in, or is lost later.
    """
    os.environ[SERVED_BY] = str(os.getpid())
    flow = run_notes.noted(retrain, _end_with_server)
    flow.fn = telling_the_decision(retrain.fn)
    reach_prefect()
    run_notes.mark_killed(settings.home)
    if ticks := missed.put_right(f"{flow.name}/{name}", alone=settings.prefect_api_url is None):
        notify(read_receivers(), notice_of_missed(name, ticks, str(settings.home)))
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    try:
        flow.serve(name, schedule=when, parameters={"spec": spec}, global_limit=one, print_starting_message=False)
    except (ExceptionGroup, *RAISED) as error:
        if not is_lost():
            raise
        raise MtlError(f"{LOST.format(shown())}; {name} is retrained when a schedule is served again") from error


def _end_with_server(flow: object, flow_run: object, state: object) -> None:
    """With SIGKILL: at SIGTERM Prefect would look for its server, which is gone too."""
    end_with(int(os.environ[SERVED_BY]), signal.SIGKILL)
