"""How champion, newest candidate and single-task models do on the rows after a decision, which nothing had seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import ConfigDict

from mtl.backtest.standing import Version, score
from mtl.data.prepared import KEPT, Prepared, Side
from mtl.data.units import units_of
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference
from mtl.evaluation.resampled import Resampled, difference
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.jsonable import EXACT
from mtl.spec import Spec
from mtl.study.choices import Selection, observed_predictions, truths_of
from mtl.study.locked_test import ChampionOnTest, OpenedTest, RawPredictions, predict_run
from mtl.tasks.task import encode_labels

CHAMPION, NEWEST, BASELINES = "champion", "newest", "baselines"
"""The three policies: what the gate let through, whatever was trained last, and a model for each task. Before a first
promotion the gate leaves the single-task models where they are: the first policy is then the third."""

POLICIES = (CHAMPION, NEWEST, BASELINES)


@dataclass(frozen=True)
class TaskFollowing:
    """One task on one following window.

    Attributes:
        task: its name.
        metric: the headline metric, whose units all numbers are in.
        values: by policy what it reaches; a policy without a model that predicts the task is absent.
        differences: by pair of policies, as `of_pair` names them, by how much the first is better.
        labels: rows that were scored.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    metric: str
    values: Mapping[str, float]
    differences: Mapping[str, PairedDifference]
    labels: int


def of_pair(ours: str, theirs: str) -> str:
    """What the difference of two policies is called."""
    return f"{ours} − {theirs}"


PAIRS = ((CHAMPION, BASELINES), (CHAMPION, NEWEST), (NEWEST, BASELINES))


def open_following(spec: Spec, prepared: Prepared, rows: pd.DataFrame, kept: Path) -> OpenedTest:
    """Raw rows as a side of a tick's study, by the transforms that were fitted on its training rows.

    `kept`: the folder of prepared arrays.
    """
    labels = np.column_stack([encode_labels(task, rows[spec.label(task.name)]) for task in prepared.tasks])
    inputs = prepared.transforms.apply(rows, kept / KEPT)
    side = Side(inputs, labels, units_of(spec, rows), np.arange(len(rows)))
    return OpenedTest(prepared, side, rows, {}, None)


def compare_policies(
    opened: OpenedTest, chosen: Selection, champion: Version | None, bootstrap: Bootstrap
) -> tuple[TaskFollowing, ...]:
    """The policies on every gated task with a label, each difference with its interval.

    Args:
        opened: the following window.
        chosen: the candidate and the single-task models of the latest tick.
        champion: what the decision of that tick left.
        bootstrap: how rows are resampled.
    """
    truths = {task: truth for task, truth in truths_of(opened.prepared, opened.side).items() if len(truth.labels)}
    predicted = {policy: _observed(opened, raw) for policy, raw in _predicted(opened, chosen, champion).items()}
    fitting = {policy: _fitting(truths, found) for policy, found in predicted.items()}
    scored = score_on_shared_resamples(truths, fitting, bootstrap)
    return tuple(_on_task(truth, scored, bootstrap) for truth in truths.values())


def _predicted(opened: OpenedTest, chosen: Selection, champion: Version | None) -> dict[str, RawPredictions]:
    """By policy the predictions of its models for all rows."""
    rows = (opened.side, opened.rows)
    newest = predict_run(chosen.candidate, *rows) if chosen.candidate else {}
    alone = {task: predict_run(run, *rows)[task] for task, run in chosen.baselines.items()}
    found = score(champion, opened)
    served = found.predictions if isinstance(found, ChampionOnTest) else {}
    return {CHAMPION: served if champion else alone, NEWEST: newest, BASELINES: alone}


def _observed(opened: OpenedTest, predictions: RawPredictions) -> Predictions:
    return observed_predictions(opened.prepared, opened.side, predictions)


def _fitting(truths: Mapping[str, TaskTruth], predictions: Predictions) -> Predictions:
    """Without those of other classes than the labels have: an old champion may know fewer."""
    return {task: array for task, array in predictions.items() if task in truths and _fits(truths[task], predictions)}


def _fits(truth: TaskTruth, predictions: Predictions) -> bool:
    try:
        truth.aligned(predictions[truth.task])
    except ValueError:
        return False
    return True


def _on_task(truth: TaskTruth, scored: Mapping[str, Mapping[str, Resampled]], bootstrap: Bootstrap) -> TaskFollowing:
    known = {policy: by_task[truth.task] for policy, by_task in scored.items() if truth.task in by_task}
    differences = {
        of_pair(ours, theirs): difference(truth, known[ours], known[theirs], bootstrap)
        for ours, theirs in PAIRS
        if ours in known and theirs in known
    }
    values = {policy: found.value for policy, found in known.items()}
    return TaskFollowing(truth.task, truth.metric, values, differences, len(truth.labels))
