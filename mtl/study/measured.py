"""What was measured on the test side, and the comparison that follows from it: without any model, years later too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from mtl.evaluation.comparison import (
    ChampionAbsent,
    ChampionAnswer,
    ChampionCompared,
    ChampionUnknown,
    Comparison,
    compare,
    compare_champion,
    with_constants,
)
from mtl.evaluation.constant_predictor import best_constant
from mtl.evaluation.incumbent_comparison import (
    IncumbentAnswer,
    IncumbentPredictions,
    IncumbentUnknown,
    compare_incumbent,
)
from mtl.evaluation.paired_difference import Bootstrap
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


def measure(
    opened: OpenedTest,
    selection: Selection,
    champion: ChampionOnTest | ChampionAbsent | ChampionUnknown,
    incumbents: Sequence[IncumbentOnSides] = (),
) -> Measured | None:
    """What the observed labels of the opened test side can judge; None when there is no candidate."""
    if opened.candidate is None:
        return None
    prepared, side = opened.prepared, opened.side
    predictions = {name: observed_predictions(prepared, side, raw) for name, raw in opened.predictions.items()}
    theirs: ChampionPredictions | ChampionAnswer
    if isinstance(champion, ChampionOnTest):
        theirs = ChampionPredictions(champion.version, observed_predictions(prepared, side, champion.predictions))
    else:
        theirs = champion
    return Measured(
        truths_of(prepared, side),
        predictions,
        opened.candidate,
        {task: run.name for task, run in selection.baselines.items()},
        theirs,
        {task: {of: run.name for of, run in best.items()} for task, best in selection.contenders.items()},
        {task.name: selection.opponent(task.name) for task in gated_tasks(prepared)},
        {each.task: _observed(opened, each) for each in incumbents},
        {task: best_constant(truth) for task, truth in truths_of(prepared, prepared.side("train")).items()},
        selection.unjudged,
    )


def compare_measured(measured: Measured, bootstrap: Bootstrap) -> Comparison:
    """The candidate against its baselines, against the champion and against the models in use."""
    compared = compare(
        measured.truths,
        measured.predictions,
        candidate=measured.candidate,
        baselines=measured.baselines,
        champion=_against_champion(measured, bootstrap),
        bootstrap=bootstrap,
        contenders=measured.contenders,
    )
    ours = measured.predictions.get(measured.candidate, {})
    compared = with_constants(compared, measured.truths, ours, measured.constants, bootstrap)
    incumbents = {task: _against_incumbent(measured, task, bootstrap) for task in measured.incumbents}
    return replace(compared, incumbents=incumbents)


def _observed(opened: OpenedTest, incumbent: IncumbentOnSides) -> IncumbentPredictions | IncumbentUnknown:
    """Of an incumbent's answers for the whole test side, those that the observed labels of its task can judge."""
    answers = incumbent.answers
    if isinstance(answers, IncumbentUnknown):
        return answers
    names = [task.name for task in opened.prepared.tasks]
    seen = ~np.isnan(opened.side.labels[:, names.index(incumbent.task)])
    return IncumbentPredictions(incumbent.version, answers.test[seen], answers.unseen[seen], incumbent.declared)


def _against_incumbent(measured: Measured, task: str, bootstrap: Bootstrap) -> IncumbentAnswer:
    incumbent = measured.incumbents[task]
    if isinstance(incumbent, IncumbentUnknown):
        return incumbent
    ours = measured.predictions.get(measured.candidate, {})
    if task not in ours:
        return IncumbentUnknown(incumbent.version, "the candidate predicts nothing to compare it with")
    try:
        return compare_incumbent(measured.truths[task], ours[task], incumbent, bootstrap)
    except ValueError as error:
        return IncumbentUnknown(incumbent.version, str(error))


def _against_champion(measured: Measured, bootstrap: Bootstrap) -> ChampionAnswer:
    match measured.champion:
        case ChampionPredictions(version, theirs):
            ours = measured.predictions[measured.candidate]
            return compare_champion(measured.truths, ours, theirs, version=version, bootstrap=bootstrap)
        case ChampionAbsent() | ChampionUnknown() | ChampionCompared() as answer:
            return answer
        case _ as never:
            assert_never(never)
