"""`mtl status`: what is late and what fails."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Scheduled

from flows.schedules import late_ticks
from flows.tallying import FOLDER
from flows.tick import tick
from mtl.jsonable import to_json
from mtl.report.tally import Tally
from mtl.storage import write_text
from tests.flows.clinics import mtl


def ended(home: Path, name: str, result: str, sentence: str) -> None:
    tally = Tally(name).after(result, sentence, 0.0, 60.0)
    write_text(home / FOLDER / f"{name}.json", to_json(tally))


def test_without_a_server_it_says_what_studies_came_to_and_what_is_not_known(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended(home, "reviews", "promoted", "Promote: better.")
    ended(home, "flights", "failed", "no such file")
    done = mtl(home, "status", "--exit-code", own_prefect=True)
    assert done.status == 1, done.err
    assert done.out.startswith("flights: failing")
    assert "reviews: well; last promoted" in done.out
    assert "no Prefect server runs" in done.out
    assert "no such file" in (home / "status.html").read_text()


def test_an_empty_home_is_well(tmp_path: Path) -> None:
    done = mtl(tmp_path / "home", "status", "--exit-code", own_prefect=True)
    assert (done.status, "No study has ended" in done.out or "no Prefect server" in done.out) == (0, True)


@pytest.fixture
def overdue(client: SyncPrefectClient) -> str:
    """A schedule with a tick that was due an hour ago, one that is due in an hour, and nobody who serves it."""
    made = client.create_deployment(client.create_flow(tick), "overdue")
    for minutes in (-60, 60):
        due: State[None] = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(minutes=minutes))
        client.create_flow_run_from_deployment(made, state=due)
    return "overdue"


def test_ticks_that_nobody_begins_are_late(overdue: str, tmp_path: Path) -> None:
    assert late_ticks(overdue) == 1
    done = mtl(tmp_path / "home", "status", "--exit-code")
    assert done.status == 1, done.err
    assert "overdue: late" in done.out
    assert "late: 1 ticks are due, and nobody has begun them" in done.out
