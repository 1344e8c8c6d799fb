"""A study's deployment in Prefect: one study at a time, each in a process that ends with this one."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Interval, Schedule

from flows import missed, run_notes
from flows.flow_names import telling_the_decision
from flows.lifetime import end_with
from flows.new_data import NewData, watch
from flows.notifying import notify
from flows.reach_prefect import LOST, RAISED, is_lost, reach_prefect, shown
from flows.retention import clean_after
from flows.schedules import BY_HAND, is_paused_by_hand
from flows.settings import Settings, read_receivers
from flows.tallying import tallied
from flows.tick import tick
from flows.when import When
from mtl.errors import MtlError, UserError
from mtl.report.notice import notice_of_missed

SERVED_BY = "MTL_SERVED_BY"
"""Tells the process of a run which one is its parent."""


def schedule_of(when: When) -> Schedule | None:
    """A schedule as Prefect has them; None where files are watched. Raises UserError where Prefect makes none of it."""
    try:
        if when.cron:
            return Cron(when.cron, timezone=when.timezone)
        return Interval(when.interval, timezone=when.timezone) if when.interval else None
    except ValueError as error:
        raise UserError(f"--cron: '{when.cron}' in time zone '{when.timezone}' is no schedule: {error}") from error


def serve(name: str, spec: str, when: When, settings: Settings) -> None:
    """Retrain until SIGINT or SIGTERM. What falls due during a study is cancelled; what was missed is done once.

    Raises:
        UserError: Prefect makes no schedule of `when`.
        MtlError: Prefect's server is not there, lets nobody in, or is lost later.
    """
    schedule = schedule_of(when)
    os.environ[SERVED_BY] = str(os.getpid())
    flow = run_notes.noted(tick, _end_with_server, after=clean_after)
    flow.fn = telling_the_decision(tallied(tick.fn))
    reach_prefect()
    run_notes.mark_killed(settings.home)
    if ticks := missed.put_right(f"{flow.name}/{name}", alone=settings.prefect_api_url is None):
        notify(read_receivers(), notice_of_missed(name, ticks, str(settings.home)))
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    paused = is_paused_by_hand(name)
    told: dict[str, Any] = {"description": str(when), "tags": [BY_HAND] if paused else [], "paused": paused}
    try:
        with _watching(name, when, settings):
            flow.serve(
                name,
                schedule=schedule,
                parameters={"spec": spec, "on_drift": when.on_drift},
                global_limit=one,
                print_starting_message=False,
                **told,
            )
    except (ExceptionGroup, *RAISED) as error:
        if not is_lost():
            raise
        raise MtlError(f"{LOST.format(shown())}; {name} is retrained when a schedule is served again") from error


@contextmanager
def _watching(name: str, when: When, settings: Settings) -> Iterator[None]:
    """A look at the files now and then, if it is they that are waited for."""
    over = threading.Event()
    if when.new_data:
        data = NewData(when.new_data, settings.home / "new-data" / f"{name}.json")
        threading.Thread(target=watch, args=(data, partial(_start, name), over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _start(name: str) -> bool:
    """A run of the deployment, unless it is paused or one is under way: that might have read the files before."""
    try:
        with get_client(sync_client=True) as client:
            known = client.read_deployment_by_name(f"{tick.name}/{name}")
            busy = FlowRunFilterState(type=FlowRunFilterStateType(any_=[*run_notes.UNDER_WAY]))
            ours = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[known.id]), state=busy)
            if known.paused or client.read_flow_runs(flow_run_filter=ours, limit=1):
                return False
            client.create_flow_run_from_deployment(known.id)
            return True
    except RAISED:
        return False


def _end_with_server(flow: object, flow_run: object, state: object) -> None:
    """With SIGKILL: at SIGTERM Prefect would look for its server, which is gone too."""
    end_with(int(os.environ[SERVED_BY]), signal.SIGKILL)
