"""A look at a task: labels, answers and an opponent, in the columns of a log."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.monitoring.label_join import Joined
from mtl.monitoring.observing import TaskFinding, observe
from mtl.monitoring.opponents.beside import Opponent, UnaskedError
from mtl.monitoring.watch import TaskWatch, limit_of
from mtl.tasks.task import Task
from tests.mtl.monitoring.streams import numbers, promised

TASK = Task("weight", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0)
NOW = (limit_of(1), "2024-05-01T00:00:00+00:00")


@dataclass(frozen=True)
class Echo:
    """An opponent that says what stands in a column."""

    task: Task = TASK
    columns: tuple[str, ...] = ("hint",)
    noun: ClassVar[str] = "echo"

    def predict(self, table: pd.DataFrame) -> NDArray[np.float64]:
        return table["hint"].to_numpy(dtype=np.float64)


def joined(rows: int, error: float) -> Joined:
    """Rows on which the opponent is off by so much, where the champion is off by 1."""
    truth, champion, opponent = numbers(rows, 3, error)
    logged = pd.DataFrame({"prediction.weight": champion, "input.hint": opponent})
    return Joined(logged, pd.DataFrame({"weight": truth.labels}), np.arange(rows, dtype=np.uint64))


def look(found: Joined, opponent: Opponent | None = None) -> tuple[TaskWatch, TaskFinding]:
    return observe(TASK, found, TaskWatch.start(promised()), lambda: opponent or Echo(), NOW)


def test_a_better_opponent_breaks_the_promise_and_a_worse_one_does_not() -> None:
    _, calm = look(joined(3000, 1.4))
    assert (calm.verdict, calm.labels) == ("better", 3000)
    assert calm.now is not None
    assert calm.now.difference > 0
    assert calm.interval[0] <= calm.difference <= calm.interval[1] < 0
    _, harm = look(joined(3000, 0.2))
    assert harm.verdict == "worse"
    assert harm.evidence >= harm.limit == 20
    assert harm.alarmed_at == NOW[1]


def test_rows_without_a_label_or_an_answer_are_left_out_and_may_count_later() -> None:
    found = joined(100, 1.4)
    gaps = Joined(found.logged.copy(), found.labels.copy(), found.units)
    gaps.labels.loc[:9, "weight"] = np.nan
    gaps.logged.loc[10:14, "prediction.weight"] = np.nan
    watch, finding = look(gaps)
    assert finding.labels == 85
    later, _ = observe(TASK, found, watch, Echo, NOW)
    assert later.bets.count == 100


def test_a_task_without_labels_or_with_none_that_are_known_is_not_judged() -> None:
    found = joined(10, 1.0)
    _, none = look(Joined(found.logged, found.labels.drop(columns="weight"), found.units))
    assert (none.verdict, none.problem, none.now) == ("not watched", "no label of it came", None)
    _, unknown = look(Joined(found.logged, found.labels * np.nan, found.units))
    assert (unknown.labels, unknown.now, unknown.problem) == (0, None, "")


def test_what_was_not_logged_is_named() -> None:
    found = joined(10, 1.0)
    _, texts = look(Joined(found.logged.drop(columns="input.hint"), found.labels, found.units))
    assert "reads hint, which was not logged" in texts.problem
    _, answers = look(Joined(found.logged.drop(columns="prediction.weight"), found.labels, found.units))
    assert answers.problem == "the log has no column prediction.weight"


def test_an_opponent_that_cannot_be_asked_says_why() -> None:
    def lost() -> Opponent:
        raise UnaskedError("what it replaced on weight was not stored: it is somebody's own")

    watch, finding = observe(TASK, joined(10, 1.0), TaskWatch.start(promised()), lost, NOW)
    assert watch.bets.count == 0
    assert finding.verdict == "not watched"
    assert "somebody's own" in finding.problem


def test_a_label_that_is_none_is_an_error() -> None:
    found = joined(3, 1.0)
    with pytest.raises(DataError, match="heavy"):
        look(Joined(found.logged, pd.DataFrame({"weight": ["heavy", "1", "2"]}), found.units))
