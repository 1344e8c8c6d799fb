"""What a schedule missed while nobody served it: one study stands for all of it."""

from datetime import UTC, datetime

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.run_notes import crash


def put_right(deployment: str, alone: bool) -> int:
    """Of the runs that are late keep the latest, and cancel the others; how many those were.

    `alone`: nobody else serves the deployment with this API, so that what was about to begin never will.
    """
    with get_client(sync_client=True) as client:
        try:
            known = FlowRunFilterDeploymentId(any_=[client.read_deployment_by_name(deployment).id])
        except ObjectNotFound:
            return 0
        if alone:
            _crash_pending(client, known)
        return _cancel_late(client, known)


def _crash_pending(client: SyncPrefectClient, deployment: FlowRunFilterDeploymentId) -> None:
    pending = FlowRunFilter(deployment_id=deployment, state=_of(StateType.PENDING))
    while runs := client.read_flow_runs(flow_run_filter=pending):
        for run in runs:
            crash(client, run.id)


def _cancel_late(client: SyncPrefectClient, deployment: FlowRunFilterDeploymentId) -> int:
    cancelled = 0
    due = FlowRunFilterExpectedStartTime(before_=datetime.now(UTC))
    late = FlowRunFilter(deployment_id=deployment, state=_of(StateType.SCHEDULED), expected_start_time=due)
    latest_first = FlowRunSort.EXPECTED_START_TIME_DESC
    while runs := client.read_flow_runs(flow_run_filter=late, sort=latest_first, offset=1):
        for run in runs:
            state: State[None] = Cancelled(message="missed; a later run of the schedule stands for it")
            client.set_flow_run_state(run.id, state, force=True)
        cancelled += len(runs)
    return cancelled


def _of(type_: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=[type_]))
