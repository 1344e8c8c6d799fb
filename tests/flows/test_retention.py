"""After a tick, once a day, what is old goes."""

import logging
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import flows.cleaning
import flows.retention
from flows.cleaning import retention_of
from flows.retention import EVERY, KEEP, STAMP, clean_after, is_due
from flows.schedule import print_unit
from flows.when import OFF, RETENTION, when_of
from mtl.errors import LeaseError, UserError
from tests.flows.clinics import mtl, stay, write_clinics


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Any, ...]]:
    """What was asked of `mtl clean`; nothing is removed."""
    found: list[tuple[Any, ...]] = []
    stay(monkeypatch, tmp_path / "home", **{RETENTION: "30d"})

    monkeypatch.setattr(flows.retention, "flow_run_logger", lambda _: logging.getLogger("planted"))

    def clean(keep: int, older_than: str, dry_run: bool, only: str | None = None) -> str:
        found.append((keep, older_than, dry_run, only))
        return "removed"

    monkeypatch.setattr(flows.cleaning, "clean", clean)
    return found


def ended(tmp_path: Path) -> None:
    """A tick of a schedule, as Prefect tells of it."""
    run: Any = SimpleNamespace(parameters={"spec": str(tmp_path / "clinics.yaml")})
    clean_after(None, run, None)


def test_the_first_tick_of_a_day_cleans_and_no_other(asked: list[tuple[Any, ...]], tmp_path: Path) -> None:
    write_clinics(tmp_path)
    ended(tmp_path)
    ended(tmp_path)
    assert asked == [(KEEP, "30d", False, "clinics")]
    yesterday = time.time() - EVERY.total_seconds() - 1
    os.utime(tmp_path / "home" / STAMP, (yesterday, yesterday))
    ended(tmp_path)
    assert len(asked) == 2


@pytest.mark.parametrize("age", [OFF, None])
def test_nothing_is_removed_where_that_is_turned_off(
    age: str | None, asked: list[tuple[Any, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clinics(tmp_path)
    if age is None:
        monkeypatch.delenv(RETENTION)
    else:
        monkeypatch.setenv(RETENTION, age)
    ended(tmp_path)
    assert asked == []
    assert is_due(tmp_path / "home" / STAMP)


def test_what_goes_wrong_is_a_line_in_the_log_and_is_tried_again(
    asked: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_clinics(tmp_path)

    def busy(*_: object, **__: object) -> str:
        raise LeaseError("a study is under way")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING, "planted"):
        patch.setattr(flows.cleaning, "clean", busy)
        ended(tmp_path)
    assert "nothing old was removed: a study is under way" in caplog.text
    ended(tmp_path)
    assert len(asked) == 1


@pytest.mark.parametrize("age", ["1d", "soon", "", "90"])
def test_a_retention_that_is_none_is_a_mistake_that_names_it(age: str) -> None:
    with pytest.raises(UserError, match="--retention: expected"):
        retention_of(age)
    assert (retention_of("90d"), retention_of("off")) == ("90d", "off")


def test_the_command_refuses_it_before_anything_is_started(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path)
    done = mtl(tmp_path / "home", "schedule", spec, "--interval", "1h", "--retention", "1h")
    assert (done.status, "--retention: expected at least 2d; got '1h'" in done.err) == (2, True)


def test_a_unit_has_the_retention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path / "home")
    unit = print_unit(str(write_clinics(tmp_path)), when_of(None, "1h", None, "UTC"), "30d")
    assert '"--retention" "30d"' in unit
