"""What a schedule missed is done once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Pending, Scheduled

from flows.missed import put_right
from tests.flows.conftest import LISTED_AT_ONCE

NOW = datetime.now(UTC)


@flow
def planted() -> None:
    """Never run here."""


def deployed(client: SyncPrefectClient, name: str) -> UUID:
    return client.create_deployment(client.create_flow(planted), name)


def due(client: SyncPrefectClient, deployment: UUID, minutes: float) -> UUID:
    return begun(client, deployment, Scheduled(scheduled_time=NOW + timedelta(minutes=minutes)))


def begun(client: SyncPrefectClient, deployment: UUID, state: State[None]) -> UUID:
    return client.create_flow_run_from_deployment(deployment, state=state).id


def names(client: SyncPrefectClient, runs: list[UUID]) -> list[str]:
    states = [client.read_flow_run(run).state for run in runs]
    return [state.name or "" for state in states if state]


def test_of_the_runs_that_are_late_the_latest_is_kept(client: SyncPrefectClient) -> None:
    mine, other = deployed(client, "late"), deployed(client, "other")
    runs = [due(client, mine, minutes) for minutes in (-300, -1, -60, 60)] + [due(client, other, -300)]
    put_right("planted/late", alone=True)
    assert names(client, runs) == ["Cancelled", "Scheduled", "Cancelled", "Scheduled", "Scheduled"]


def test_more_missed_runs_than_the_api_lists_at_once_are_cancelled(client: SyncPrefectClient) -> None:
    mine = deployed(client, "many")
    runs = [due(client, mine, -minutes) for minutes in range(1, LISTED_AT_ONCE + 4)]
    assert len(client.read_flow_runs()) == LISTED_AT_ONCE
    put_right("planted/many", alone=True)
    assert names(client, runs) == ["Scheduled"] + ["Cancelled"] * (LISTED_AT_ONCE + 2)


@pytest.mark.parametrize(("alone", "state"), [(True, "Crashed"), (False, "Pending")])
def test_a_run_that_was_about_to_begin_never_will_only_where_nobody_else_serves_it(
    client: SyncPrefectClient, alone: bool, state: str
) -> None:
    run = begun(client, deployed(client, f"pending-{alone}"), Pending())
    put_right(f"planted/pending-{alone}", alone=alone)
    assert names(client, [run]) == [state]


@pytest.mark.usefixtures("client")
def test_a_study_that_was_never_deployed_missed_nothing() -> None:
    put_right("planted/nosuch", alone=True)
