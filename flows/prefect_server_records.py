"""Flow runs of this program on a team's Prefect server, which is asked to remove those that ended long ago.

Their steps and logs go with them. Events are the server's own to remove; it does so after a week.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    DeploymentFilter,
    DeploymentFilterName,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

FLOWS = ["retrain", "judge"]
"""The names of this program's flows: others' runs are not ours to remove."""

ENDED = [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED]


def old_server_runs(before: float, keep: int, only: str | None = None) -> tuple[UUID, ...]:
    """What ended before a moment, seconds since 1970, but for the last `keep` of all that ended; the latest first.

    Args:
        only: the one study whose scheduled retrains are looked at; all flow runs of this program if None.
    """
    moment = datetime.fromtimestamp(before, UTC)
    with get_client(sync_client=True) as client:
        newer = islice(_ended(client, FlowRunFilterEndTime(after_=moment), only), keep)
        spared = keep - sum(1 for _ in newer)
        return tuple(islice(_ended(client, FlowRunFilterEndTime(before_=moment), only), spared, None))


def remove_server_runs(runs: tuple[UUID, ...]) -> None:
    """Remove them with their artifacts; what is gone already is no mistake."""
    with get_client(sync_client=True) as client:
        for run in runs:
            of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
            for artifact in client.read_artifacts(artifact_filter=of_run):
                client.delete_artifact(artifact.id)
            with suppress(ObjectNotFound):
                client.delete_flow_run(run)


def _ended(client: SyncPrefectClient, when: FlowRunFilterEndTime, only: str | None) -> Iterator[UUID]:
    ended = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ENDED)), end_time=when)
    named = DeploymentFilter(name=DeploymentFilterName(any_=[only])) if only else None
    ours, count = FlowFilter(name=FlowFilterName(any_=FLOWS)), 0
    while page := client.read_flow_runs(
        flow_filter=ours,
        flow_run_filter=ended,
        deployment_filter=named,
        sort=FlowRunSort.END_TIME_DESC,
        offset=count,
    ):
        yield from (run.id for run in page)
        count += len(page)
