"""What Prefect's pages say of a run: which study, when, and what was decided."""

import re
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.flow_names import run_name, telling_the_decision
from mtl.report.outcome import Outcome
from tests.flows import clinics
from tests.mtl.report.outcomes import outcome_of

OUTCOME = outcome_of()
SEEN: list[UUID] = []


@flow(flow_run_name=run_name, persist_result=False)
def study(spec: str) -> Outcome:
    from prefect.runtime import flow_run

    SEEN.append(UUID(str(flow_run.id)))
    return OUTCOME


@flow(flow_run_name=run_name, persist_result=False)
def judging(spec: str, candidate: str) -> Outcome:
    return study.fn(spec)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ((study, "reviews"), "reviews"),
        ((study, "/data/specs/churn.v2.yaml"), "churn.v2"),
        ((judging, "reviews", "models:/reviews/3"), "models:/reviews/3 judged by reviews"),
    ],
)
def test_a_run_is_named_by_its_study_and_the_time(
    client: SyncPrefectClient, asked: tuple[Any, ...], named: str
) -> None:
    made, *arguments = asked
    with temporary_settings({PREFECT_API_URL: clinics.SHARED_PREFECT["PREFECT_API_URL"]}):
        made(*arguments)
    run = client.read_flow_run(SEEN[-1])
    assert re.fullmatch(rf"{re.escape(named)} · [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:[0-9]{{2}}", run.name)


def test_a_run_ends_with_the_decision_and_gives_the_outcome_to_whoever_called_it(client: SyncPrefectClient) -> None:
    told = study.with_options()
    told.fn = telling_the_decision(study.fn)
    with temporary_settings({PREFECT_API_URL: clinics.SHARED_PREFECT["PREFECT_API_URL"]}):
        assert told("reviews") == OUTCOME
    state = client.read_flow_run(SEEN[-1]).state
    assert state is not None
    assert (state.name, state.message) == ("Completed", OUTCOME.decision.sentence)
