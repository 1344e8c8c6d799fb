"""`mtl backtest`, as a user runs it, on a world that changes; and what it refuses."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flows.backtest import BacktestOutcome, backtest
from flows.open_study import open_study
from flows.replaying import searched
from flows.settings import read_settings
from mtl.backtest.following import CHAMPION, NEWEST
from mtl.backtest.replayed import Backtest
from mtl.backtest.ticks import Schedule
from mtl.errors import DataError, StudyFailedError, UserError
from mtl.jsonable import from_json
from mtl.promotion.error_budget import Granted
from tests.flows.clinics import Finished, mtl, stay
from tests.flows.drifting import TASKS, drifting_table, write_drifting

pytestmark = pytest.mark.faults
"""Whole replays, which take minutes; their parts are tested in tests/mtl/backtest."""

FIRST, END = date(2024, 1, 20), date(2024, 2, 19)
"""Three test windows of ten days. The world turns at the end of the first."""

SHORTER = date(2024, 2, 9)
"""With one retrain less."""


class Replay:
    """A backtest that was run once, and where it lives."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.spec = write_drifting(folder)
        self.done = mtl(
            self.home, "backtest", self.spec, "--from", FIRST, "--to", END, PREFECT_API_URL="http://127.0.0.1:9"
        )
        assert self.done.status == 0, self.done.err
        self.report = self.home / "reports" / "drifting-backtest"
        self.found = from_json(Backtest, (self.report / "backtest.json").read_bytes())


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return Replay(tmp_path_factory.mktemp("drifting"))


@pytest.fixture
def again(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> Callable[..., BacktestOutcome]:
    """The same backtest in this process, of other rows or another schedule."""

    def run(
        table: pd.DataFrame | None = None, first: date = FIRST, end: date = END, **changes: object
    ) -> BacktestOutcome:
        stay(monkeypatch, replay.home, MTL_WORKERS="2")
        folder = replay.home.parent / f"again-{len(list(replay.home.parent.iterdir()))}"
        return backtest(str(write_drifting(folder, table, **changes)), Schedule(first, end))

    return run


def test_it_promotes_before_the_world_changes_and_again_on_what_it_has_become(replay: Replay) -> None:
    assert [tick.decision.promote for tick in replay.found.ticks] == [True, False, True]
    assert [tick.champion for tick in replay.found.ticks] == ["2024-01-20", "2024-01-20", "2024-02-09"]


def test_fresh_windows_cost_nothing_of_the_budget_of_old_ones(replay: Replay) -> None:
    granted = [tick.budget for tick in replay.found.ticks]
    assert all(isinstance(each, Granted) and each.number == 1 and each.share_fresh == 1 for each in granted)


def test_what_the_change_cost_is_seen_on_the_windows_after_the_decision(replay: Replay) -> None:
    """A test window that is over says nothing of what comes: the promotion was right by all that could be known."""
    for task in range(len(TASKS)):
        values = [tick.following[task].values[CHAMPION] for tick in replay.found.ticks]
        assert max(values[:2]) < 0
        assert values[2] > 0.3
    assert all(summary.windows == 3 for summary in replay.found.summaries)


def test_the_newest_is_the_champion_exactly_where_it_was_promoted(replay: Replay) -> None:
    for tick in replay.found.ticks:
        for each in tick.following:
            same = each.values[CHAMPION] == pytest.approx(each.values[NEWEST], abs=1e-4)
            assert same is tick.decision.promote


def test_people_get_tables_a_sentence_and_where_to_look(replay: Replay) -> None:
    out = replay.done.out
    for word in (
        "north (r2 ↑) on the 3 windows after the decisions",
        "2 of 3 retrains would have been promoted: 2024-01-20, 2024-02-09.",
        "regret",
        "36 runs trained, 0 reused",
        "report.md",
    ):
        assert word in out
    assert {path.name for path in replay.report.iterdir()} == {"report.md", "backtest.json", "metrics.png"}


def test_it_leaves_no_registry_and_asks_no_server(replay: Replay) -> None:
    """The address that it was given as Prefect's answers nobody."""
    left = {path.name for path in replay.home.iterdir()}
    assert left == {"bundles", "data_docs", "frames", "prepared", "reports", "runs"}


def test_no_row_after_a_decision_is_read_before_it(replay: Replay, again: Callable[..., BacktestOutcome]) -> None:
    """Whatever becomes of the rows that follow the last decision, nothing is trained anew and all decisions stay."""
    table = drifting_table()
    later = table["day"] >= str(SHORTER)
    random = np.random.default_rng(1)
    table.loc[later, "x0"] = 1e6
    for task in TASKS:
        table.loc[later & table[task].notna(), task] = random.normal(size=(later & table[task].notna()).sum())
    outcome = again(table, end=SHORTER)
    first, second = outcome.found.ticks
    assert (outcome.effort.trained, outcome.effort.reused) == (0, 24)
    assert first == replay.found.ticks[0]
    assert second.decision == replay.found.ticks[1].decision
    assert second.following != replay.found.ticks[1].following


def test_a_shorter_schedule_trains_nothing_and_says_the_same_of_the_ticks_that_it_shares(replay: Replay) -> None:
    done = mtl(replay.home, "backtest", replay.spec, "--from", FIRST, "--to", SHORTER, "--json")
    assert done.status == 0, done.err
    assert (done.outcome["effort"]["trained"], done.outcome["effort"]["reused"]) == (0, 24)
    assert done.outcome["ticks"] == json.loads(replay.found.to_json())["ticks"][:2]


def test_where_fresh_seeds_decide_one_seed_searches(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, replay.home)
    spec = open_study("flights", read_settings()).spec
    assert searched(spec).seeds == spec.seeds[:1]
    plain = spec.model_copy(update={"gate": spec.gate.model_copy(update={"confidence": 0.5})})
    assert searched(plain).seeds == spec.seeds


@pytest.mark.parametrize(
    ("changes", "schedule", "told"),
    [
        ({"split": {"by": "hash"}}, {}, "a backtest needs a split by time; this spec splits by hash"),
        ({}, {"first": date(2024, 1, 4)}, "--from 2024-01-04: there is no training window before it"),
        ({}, {"end": date(2024, 2, 20)}, "--to 2024-02-20: the 10 days from it on"),
        ({}, {"end": date(2024, 1, 30)}, "room for at least 2 test windows of 10 days"),
    ],
)
def test_what_cannot_be_replayed_is_refused_before_anything_is_checked_or_trained(
    again: Callable[..., BacktestOutcome], changes: dict[str, Any], schedule: dict[str, date], told: str
) -> None:
    with pytest.raises(UserError, match=told):
        again(**changes, **schedule)


def test_a_mistake_is_one_line_and_status_2(tmp_path: Path) -> None:
    spec = write_drifting(tmp_path, split={"by": "hash"})
    done: Finished = mtl(tmp_path / "home", "backtest", spec, "--from", FIRST, "--to", END)
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 1
    assert "drifting.yaml" in done.err


def test_data_that_do_not_pass_their_checks_are_not_replayed(again: Callable[..., BacktestOutcome]) -> None:
    with pytest.raises(DataError, match="rows"):
        again(checks={"min_rows": 100_000})


def test_a_retrain_that_fails_is_named_by_its_day(
    again: Callable[..., BacktestOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.replaying.lost_kind", lambda *_: "every run of the baseline network failed")
    with pytest.raises(StudyFailedError, match="the retrain as of 2024-01-20: every run of the baseline network"):
        again()
