"""A look at one task of a champion: the labels that came, its answers, its opponent's, and what follows of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, paired_difference
from mtl.evaluation.truth import TaskTruth
from mtl.monitoring.label_join import INPUT, PREDICTION, Joined
from mtl.monitoring.opponents.beside import Opponent, UnaskedError
from mtl.monitoring.watch import ALPHA, TaskWatch
from mtl.serving.bundle import predictions_in
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task, encode_labels

BOOTSTRAP = Bootstrap(500, 0.95)
"""Of the difference of metrics now: for one look, as the one at promotion was."""


@dataclass(frozen=True)
class TaskFinding:
    """What is known of a task now.

    Attributes:
        task: its name.
        opponent: what the champion replaced, for people.
        labels: that were counted since the promotion.
        difference: mean of champion − opponent in clipped losses; positive is worse.
        interval: of that mean, at any time.
        tolerance: by so much it may be above 0.
        evidence: the e-value against the promise.
        limit: from which the promise is broken.
        alarmed_at: when it was first found broken; empty if never.
        then: the difference of metrics at promotion; positive is better.
        now: the same on the rows at hand; None without labels.
        promised: the mean of the clipped differences at promotion, and its standard error; negative is better.
        problem: why the task could not be watched in this look; empty if it was.
    """

    task: str
    opponent: str
    labels: int
    difference: float
    interval: tuple[float, float]
    tolerance: float
    evidence: float
    limit: float
    alarmed_at: str
    then: PairedDifference
    now: PairedDifference | None = None
    problem: str = ""
    promised: tuple[float, float] = (float("nan"), float("nan"))

    @property
    def verdict(self) -> str:
        """In a word or three."""
        if self.alarmed_at:
            return "worse"
        if self.problem:
            return "not watched"
        return "better" if self.interval[1] < 0 else "no harm shown"


def observe(
    task: Task, joined: Joined, watch: TaskWatch, load: Callable[[], Opponent], judged: tuple[float, str]
) -> tuple[TaskWatch, TaskFinding]:
    """The watch with the new labels, and what it comes to.

    Args:
        task: as the champion knows it.
        joined: logged rows with labels.
        watch: what was known before.
        load: gives the opponent.
        judged: the e-value from which a promise is broken, and the time now.

    Raises:
        DataError: a label that is none of its task.
    """
    now, problem = None, ""
    try:
        if task.name not in joined.labels.columns:
            problem = "no label of it came"
        else:
            truth, models, keys = _sides(task, joined, load())
            watch = watch.after(truth, models, keys, judged)
            now = paired_difference(truth, *models, BOOTSTRAP) if len(keys) else None
    except UnaskedError as error:
        problem = str(error)
    return watch, _finding(watch, now, problem, judged[0])


def _sides(
    task: Task, joined: Joined, opponent: Opponent
) -> tuple[TaskTruth, tuple[NDArray[np.float64], NDArray[np.float64]], NDArray[np.uint64]]:
    """Labels, predictions of both, and keys, where there are a label and the champion's answer."""
    logged = joined.logged
    wanted = kind_named(task.kind).answer_types(task.name, task.classes)
    if missing := [name for name in wanted if PREDICTION + name not in logged.columns]:
        raise UnaskedError(f"the log has no column {PREDICTION}{missing[0]}")
    if missing := [name for name in opponent.columns if INPUT + name not in logged.columns]:
        raise UnaskedError(
            f"its opponent reads {missing[0]}, which was not logged: texts are with `mtl serve --log-texts` alone"
        )
    answer = pd.DataFrame({name: logged[PREDICTION + name] for name in wanted})
    labels = encode_labels(task, joined.labels[task.name])
    seen = ~np.isnan(labels) & answer.notna().all(axis="columns").to_numpy()
    inputs = pd.DataFrame({name: logged.loc[seen, INPUT + name] for name in opponent.columns}).reset_index(drop=True)
    theirs = opponent.predict(inputs) if seen.any() else np.zeros(0)
    ours = predictions_in(task, answer[seen].reset_index(drop=True))
    truth = TaskTruth(task.name, task.kind, task.metric, labels[seen], np.arange(seen.sum()), task.classes)
    return truth, (ours, theirs.reshape(ours.shape)), joined.units[seen]


def _finding(watch: TaskWatch, now: PairedDifference | None, problem: str, limit: float) -> TaskFinding:
    promise, bets = watch.promise, watch.bets
    return TaskFinding(
        promise.task,
        promise.opponent,
        bets.count,
        bets.mean,
        bets.interval(ALPHA),
        promise.tolerance,
        float(np.exp(min(watch.log_evidence, 700.0))),
        limit,
        watch.alarmed_at,
        promise.difference,
        now,
        problem,
        (promise.loss_difference, promise.loss_error),
    )
