"""The schedules that there are: listed, paused, resumed, removed."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectNotFound

from flows.tick import tick
from mtl.errors import UserError

BY_HAND = "paused by hand"
"""A deployment's tag: it stays paused when it is served again."""

LATE = timedelta(minutes=1)
"""After which a tick that is due, and that nobody has begun, counts as late."""

SHOWN = 3
"""Ticks to come that are told."""


@dataclass(frozen=True)
class Listed:
    """A schedule: its study, when it retrains in words, why it does not, and the next ticks."""

    name: str
    when: str
    idle: str
    ahead: tuple[datetime, ...]

    def __str__(self) -> str:
        """In a line."""
        ahead = ", ".join(f"{moment:%Y-%m-%d %H:%M %Z}" for moment in self.ahead)
        return f"{self.name}: {self.when}; {self.idle or (f'next: {ahead}' if ahead else 'it watches')}"


def listed() -> list[Listed]:
    """All that the server knows, by name."""
    with get_client(sync_client=True) as client:
        return sorted((_listed(found) for found in _deployments(client)), key=lambda one: one.name)


def ticks_ahead(when: CronSchedule | IntervalSchedule, count: int = SHOWN) -> tuple[datetime, ...]:
    """The next ticks of a schedule, as Prefect's server reckons them."""
    schedules = import_module("prefect.server.schemas.schedules")  # it takes a second, which no tick has to spare
    kind = schedules.CronSchedule if isinstance(when, CronSchedule) else schedules.IntervalSchedule
    return tuple(asyncio.run(kind.model_validate(when.model_dump()).get_dates(count)))


def pause(name: str) -> None:
    """No tick begins until it is resumed. Raises UserError where there is no such schedule."""
    with _found(name) as (client, known):
        tags = sorted({*known.tags, BY_HAND})
        client.update_deployment(known.id, DeploymentUpdate(tags=tags, paused=True))


def resume(name: str) -> None:
    """Ticks begin again. Raises UserError, likewise."""
    with _found(name) as (client, known):
        tags = [tag for tag in known.tags if tag != BY_HAND]
        client.update_deployment(known.id, DeploymentUpdate(tags=tags, paused=False))


def remove(name: str) -> None:
    """Whoever serves it waits in vain from now on. Raises UserError, likewise."""
    with _found(name) as (client, known):
        client.delete_deployment(known.id)


def is_paused_by_hand(name: str) -> bool:
    """Whether it is to stay paused when it is served."""
    with get_client(sync_client=True) as client:
        try:
            return BY_HAND in client.read_deployment_by_name(f"{tick.name}/{name}").tags
        except ObjectNotFound:
            return False


def late_ticks(name: str) -> int:
    """How many ticks of a schedule are due for a minute and longer, and nobody has begun them."""
    due = FlowRunFilterExpectedStartTime(before_=datetime.now(UTC) - LATE)
    waiting = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    with _found(name) as (client, known):
        of_it = FlowRunFilterDeploymentId(any_=[known.id])
        asked = FlowRunFilter(deployment_id=of_it, state=waiting, expected_start_time=due)
        return len(client.read_flow_runs(flow_run_filter=asked))


@contextmanager
def _found(name: str) -> Iterator[tuple[SyncPrefectClient, DeploymentResponse]]:
    with get_client(sync_client=True) as client:
        try:
            known = client.read_deployment_by_name(f"{tick.name}/{name}")
        except ObjectNotFound as error:
            there = ", ".join(sorted(found.name for found in _deployments(client))) or "none"
            raise UserError(f"NAME: expected a study with a schedule, of {there}; got '{name}'") from error
        yield client, known


def _deployments(client: SyncPrefectClient) -> Sequence[DeploymentResponse]:
    ours = FlowFilter(name=FlowFilterName(any_=[tick.name]))
    found: list[DeploymentResponse] = []
    while page := client.read_deployments(flow_filter=ours, offset=len(found)):
        found += page
    return found


def _listed(known: DeploymentResponse) -> Listed:
    whens: list[Any] = [one.schedule for one in known.schedules]
    idle = BY_HAND if BY_HAND in known.tags else "nobody serves it" if known.paused else ""
    ahead = ticks_ahead(whens[0]) if whens and not idle else ()
    return Listed(known.name, known.description or "", idle, ahead)
