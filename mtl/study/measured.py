"""What was measured on the test side, and the comparison that follows from it: without any model, years later too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from mtl.evaluation.comparison import (
    ChampionAbsent,
    ChampionAnswer,
    ChampionCompared,
    ChampionUnknown,
    Comparison,
    compare,
    compare_champion,
)
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.promotion.evidence import Opponent
from mtl.run_names import RunName
from mtl.study.choices import Selection, gated_tasks, observed_predictions, truths_of
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
    """

    truths: Mapping[str, TaskTruth]
    predictions: Mapping[RunName, Predictions]
    candidate: RunName
    baselines: Mapping[str, RunName]
    champion: ChampionPredictions | ChampionAnswer
    contenders: Mapping[str, Mapping[str, RunName]] = field(default_factory=dict)
    opponents: Mapping[str, Opponent] = field(default_factory=dict)


def measure(
    opened: OpenedTest, selection: Selection, champion: ChampionOnTest | ChampionAbsent | ChampionUnknown
) -> Measured | None:
    """What the observed labels of the opened test side can judge; None when validation offered no candidate."""
    if selection.candidate is None:
        return None
    prepared, side = opened.prepared, opened.side
    predictions = {name: observed_predictions(prepared, side, raw) for name, raw in opened.predictions.items()}
    baselines = {task: run.name for task, run in selection.baselines.items()}
    theirs: ChampionPredictions | ChampionAnswer
    if isinstance(champion, ChampionOnTest):
        theirs = ChampionPredictions(champion.version, observed_predictions(prepared, side, champion.predictions))
    else:
        theirs = champion
    contenders = {task: {of: run.name for of, run in best.items()} for task, best in selection.contenders.items()}
    return Measured(
        truths_of(prepared, side),
        predictions,
        selection.candidate.name,
        baselines,
        theirs,
        contenders,
        {task.name: selection.opponent(task.name) for task in gated_tasks(prepared)},
    )


def compare_measured(measured: Measured, bootstrap: Bootstrap) -> Comparison:
    """The candidate against its baselines and against the champion."""
    return compare(
        measured.truths,
        measured.predictions,
        candidate=measured.candidate,
        baselines=measured.baselines,
        champion=_against_champion(measured, bootstrap),
        bootstrap=bootstrap,
        contenders=measured.contenders,
    )


def _against_champion(measured: Measured, bootstrap: Bootstrap) -> ChampionAnswer:
    match measured.champion:
        case ChampionPredictions(version, theirs):
            ours = measured.predictions[measured.candidate]
            return compare_champion(measured.truths, ours, theirs, version=version, bootstrap=bootstrap)
        case ChampionAbsent() | ChampionUnknown() | ChampionCompared() as answer:
            return answer
        case _ as never:
            assert_never(never)
