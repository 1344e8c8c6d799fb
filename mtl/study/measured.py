"""What was measured on the test side: of it alone a comparison follows, without any model, years later too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionUnknown
from mtl.evaluation.constant_predictor import best_constant
from mtl.evaluation.incumbent_comparison import IncumbentPredictions, IncumbentUnknown
from mtl.evaluation.truth import FloatArray, Predictions, TaskTruth
from mtl.promotion.evidence import Opponent
from mtl.run_names import RunName
from mtl.study.choices import Selection, gated_tasks, observed_predictions, truths_of
from mtl.study.incumbents import IncumbentOnSides
from mtl.study.locked_test import ChampionOnTest, OpenedTest


@dataclass(frozen=True, eq=False)
class ChampionPredictions:
    """What the champion predicts for the observed labels of each task that it shares with the study."""

    version: str
    predictions: Predictions


@dataclass(frozen=True, eq=False)
class Measured:
    """Labels and predictions of the test side, and which of them are compared.

    Attributes:
        truths: the observed labels of each gated task.
        predictions: of the candidate's approach and of every baseline, all their seeds.
        candidate: the run chosen on validation.
        baselines: per task, the run chosen on validation.
        champion: its predictions, or why there are none; a finished comparison where they were not kept.
        contenders: per task, the run of each baseline that was best on validation; empty where that was not kept.
        opponents: per task, what is known of the training of its opponent; empty where that was not kept.
        incumbents: per task that has one, what the model in use predicts, or why that is not known.
        constants: per task, what training labels alone suggest to predict for whatever row; empty where not kept.
        unjudged: why the validation side could not judge a gated task.
        confirming: the fresh seeds that the decision rests on; empty where it rests on those of the search.
        anchor: what the best former champion predicts, where that is not the champion.
        slices: by column and task, the value of the column for each of the task's labels, as text.
    """

    truths: Mapping[str, TaskTruth]
    predictions: Mapping[RunName, Predictions]
    candidate: RunName
    baselines: Mapping[str, RunName]
    champion: ChampionPredictions | ChampionAnswer
    contenders: Mapping[str, Mapping[str, RunName]] = field(default_factory=dict)
    opponents: Mapping[str, Opponent] = field(default_factory=dict)
    incumbents: Mapping[str, IncumbentPredictions | IncumbentUnknown] = field(default_factory=dict)
    constants: Mapping[str, FloatArray] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)
    confirming: tuple[int, ...] = ()
    anchor: ChampionPredictions | ChampionAnswer = field(default_factory=ChampionAbsent)
    slices: Mapping[str, Mapping[str, NDArray[np.str_]]] = field(default_factory=dict)


def measure(
    opened: OpenedTest,
    selection: Selection,
    champion: ChampionOnTest | ChampionAbsent | ChampionUnknown,
    incumbents: Sequence[IncumbentOnSides] = (),
    anchor: ChampionOnTest | ChampionAbsent | ChampionUnknown | None = None,
    slices: Sequence[str] = (),
) -> Measured | None:
    """What the observed labels of the opened test side can judge; None when there is no candidate.

    `slices`: the columns whose values part the rows.
    """
    if opened.candidate is None:
        return None
    prepared, side = opened.prepared, opened.side
    predictions = {name: observed_predictions(prepared, side, raw) for name, raw in opened.predictions.items()}
    return Measured(
        truths_of(prepared, side),
        predictions,
        opened.candidate,
        {task: run.name for task, run in selection.baselines.items()},
        _of_version(opened, champion),
        {task: {of: run.name for of, run in best.items()} for task, best in selection.contenders.items()},
        {task.name: selection.opponent(task.name) for task in gated_tasks(prepared)},
        {each.task: _observed(opened, each) for each in incumbents},
        {task: best_constant(truth) for task, truth in truths_of(prepared, prepared.side("train")).items()},
        selection.unjudged,
        selection.confirming,
        _of_version(opened, anchor or ChampionAbsent()),
        {column: _values(opened, column) for column in slices},
    )


def _of_version(
    opened: OpenedTest, found: ChampionOnTest | ChampionAbsent | ChampionUnknown
) -> ChampionPredictions | ChampionAnswer:
    if isinstance(found, ChampionOnTest):
        return ChampionPredictions(found.version, observed_predictions(opened.prepared, opened.side, found.predictions))
    return found


def _observed(opened: OpenedTest, incumbent: IncumbentOnSides) -> IncumbentPredictions | IncumbentUnknown:
    """Of an incumbent's answers for the whole test side, those that the observed labels of its task can judge."""
    answers = incumbent.answers
    if isinstance(answers, IncumbentUnknown):
        return answers
    seen = _labelled(opened, incumbent.task)
    return IncumbentPredictions(incumbent.version, answers.test[seen], answers.unseen[seen], incumbent.declared)


def _values(opened: OpenedTest, column: str) -> dict[str, NDArray[np.str_]]:
    """By task the column's value, as text, for each row with a label; empty where it has none."""
    present = opened.rows[column].astype(object).where(opened.rows[column].notna(), "")
    texts = np.array([str(value) for value in present], dtype=np.str_)
    return {task.name: texts[_labelled(opened, task.name)] for task in gated_tasks(opened.prepared)}


def _labelled(opened: OpenedTest, task: str) -> NDArray[np.bool_]:
    names = [task.name for task in opened.prepared.tasks]
    return ~np.isnan(opened.side.labels[:, names.index(task)])
