"""Schedules that are listed, paused, resumed and removed, on a real Prefect server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from mtl.errors import UserError
from tests.flows.clinics import mtl

if TYPE_CHECKING:
    from pathlib import Path

    from prefect.client.orchestration import SyncPrefectClient


@pytest.fixture
def night(client: "SyncPrefectClient") -> Iterator[UUID]:
    """A deployment as a schedule leaves it."""
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    from flows.tick import tick

    schedule = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 3 * * *", timezone="UTC"), active=True)
    flow = client.create_flow_from_name(tick.name)
    made = client.create_deployment(flow, "night", schedules=[schedule], description="at '0 3 * * *' (UTC)")
    yield made
    from prefect.exceptions import ObjectNotFound

    try:
        client.delete_deployment(made)
    except ObjectNotFound:
        return


def line_of(name: str) -> str:
    from flows.schedules import listed

    [line] = [str(one) for one in listed() if one.name == name]
    return line


def test_the_next_three_retrains_are_told(night: UUID) -> None:
    from flows.schedules import listed

    [found] = [one for one in listed() if one.name == "night"]
    now = datetime.now(UTC)
    assert [moment.hour for moment in found.ahead] == [3, 3, 3]
    assert now < found.ahead[0] <= now + timedelta(days=1)
    assert found.ahead[2] - found.ahead[0] == timedelta(days=2)
    assert str(found).startswith("night: at '0 3 * * *' (UTC); next: 20")


def test_a_schedule_that_is_paused_says_so_and_stays_so_when_it_is_served_again(
    night: UUID, client: "SyncPrefectClient"
) -> None:
    from flows.schedules import is_paused_by_hand, pause, resume

    assert not is_paused_by_hand("night")
    pause("night")
    assert client.read_deployment(night).paused
    assert is_paused_by_hand("night")
    assert line_of("night").endswith("; paused by hand")
    resume("night")
    assert not client.read_deployment(night).paused
    assert "next:" in line_of("night")


def test_one_that_nobody_serves_any_more_says_that(night: UUID, client: "SyncPrefectClient") -> None:
    client.pause_deployment(night)
    assert line_of("night").endswith("; nobody serves it")


def test_one_that_is_removed_is_gone(night: UUID) -> None:
    from flows.schedules import is_paused_by_hand, listed, remove

    remove("night")
    assert "night" not in {one.name for one in listed()}
    assert not is_paused_by_hand("night")


def test_a_name_without_a_schedule_is_told_beside_those_that_have_one(night: UUID) -> None:
    from flows.schedules import pause

    with pytest.raises(UserError, match=r"^NAME: expected a study with a schedule, of .*night.*; got 'nosuch'"):
        pause("nosuch")


@pytest.mark.faults
def test_the_command_lists_and_pauses(night: UUID, tmp_path: "Path") -> None:
    home = tmp_path / "home"
    listed = mtl(home, "schedule")
    assert "night: at '0 3 * * *' (UTC); next: 20" in listed.out, listed.err
    assert "night: at '0 3 * * *' (UTC); paused by hand" in mtl(home, "schedule", "--pause", "night").out
    assert mtl(home, "schedule", "--remove", "../x").status == 2
    mixed = mtl(home, "schedule", "--remove", "night", "--cron", "0 3 * * *")
    assert (mixed.status, mixed.err.startswith("SPEC: ")) == (2, True)
