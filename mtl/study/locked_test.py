"""The locked test side, opened once: what the runs that were chosen, and the champion, predict for its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl import registry
from mtl.baselines.fit_method import predict_method
from mtl.baselines.method_plan import MethodPlan
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, Side
from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown
from mtl.run_names import RunName
from mtl.serving.bundle import load_bundle, predictions_in
from mtl.study.choices import FittedRun, Selection, gated_tasks
from mtl.study.store import Store
from mtl.training.plans import RunPlan
from mtl.training.predict_plan import predict_plan

AnyChampion = registry.Champion | registry.NoChampion

RawPredictions = Mapping[str, NDArray[np.float64]]
"""Task → predictions for every row of a side."""


@dataclass(frozen=True, eq=False)
class OpenedTest:
    """The test side of a study.

    Attributes:
        side: its arrays.
        rows: its raw rows, in the same order.
        predictions: of the candidate's approach and of every baseline of the gated tasks, all their seeds.
        candidate: what of these is compared; None when there is nothing.
    """

    prepared: Prepared
    side: Side
    rows: pd.DataFrame
    predictions: Mapping[RunName, RawPredictions]
    candidate: RunName | None


@dataclass(frozen=True, eq=False)
class ChampionOnTest:
    """What the champion predicts for every row of the test side."""

    version: str
    predictions: RawPredictions


def open_test(prepared: Prepared, frame: Frame, runs: Sequence[FittedRun], selection: Selection) -> OpenedTest:
    """Open the test side for the runs that are to be compared; for none when validation offered no candidate."""
    candidate = selection.candidate
    compared = _compared(prepared, runs, candidate.name) if candidate else []
    return _opened(prepared, frame, compared, {}, candidate.name if candidate else None)


def open_test_for_judged(
    prepared: Prepared, frame: Frame, runs: Sequence[FittedRun], judged: RunName, predictions: RawPredictions
) -> OpenedTest:
    """Open the test side for a registered model in place of a candidate; `predictions`: its own, for every row."""
    return _opened(prepared, frame, _compared(prepared, runs, judged), {judged: predictions}, judged)


def _opened(
    prepared: Prepared,
    frame: Frame,
    compared: Sequence[FittedRun],
    known: Mapping[RunName, RawPredictions],
    candidate: RunName | None,
) -> OpenedTest:
    side = prepared.side("test")
    predictions = {**{run.name: predict_run(run, side) for run in compared}, **known}
    return OpenedTest(prepared, side, rows_of(frame, side), predictions, candidate)


def rows_of(frame: Frame, side: Side) -> pd.DataFrame:
    """The raw rows of a side, in its order."""
    return frame.at(side.rows).reset_index(drop=True)


def score_champion(
    where: registry.Registry, store: Store, champion: AnyChampion, opened: OpenedTest
) -> ChampionOnTest | ChampionAbsent | ChampionUnknown:
    """The champion's predictions for the rows of the test side; that it cannot be loaded is an answer, too."""
    if isinstance(champion, registry.NoChampion):
        return ChampionAbsent()
    try:
        folder = registry.download_bundle(where, champion.model, store.downloads(where.shown))
        return champion_on_test(champion.version, folder, opened)
    except MtlError as error:
        return ChampionUnknown(f"champion {champion} cannot be loaded: {error}")


def champion_on_test(version: str, folder: Path, opened: OpenedTest) -> ChampionOnTest | ChampionUnknown:
    """The predictions of the champion's bundle from the raw rows, with its own transforms."""
    bundle = load_bundle(folder)
    missing = [column.name for column in bundle.columns if column.name not in opened.rows.columns]
    if missing:
        return ChampionUnknown(f"champion version {version} reads {', '.join(missing)}, which the data lacks")
    try:
        answer = bundle.predict(opened.rows)
        theirs = {task.name: task for task in bundle.tasks}
        ours = {task.name: task for task in gated_tasks(opened.prepared)}
        shared = [name for name in ours if name in theirs and ours[name].kind == theirs[name].kind]
        return ChampionOnTest(version, {name: predictions_in(theirs[name], answer) for name in shared})
    except (MtlError, ValueError, RuntimeError) as error:
        return ChampionUnknown(f"champion version {version} cannot score the test rows: {error}")


def _compared(prepared: Prepared, runs: Sequence[FittedRun], candidate: RunName) -> list[FittedRun]:
    """A task that is not gated may have been fitted alone for others to start from; nothing is compared with it."""
    gated, approach = {task.name for task in gated_tasks(prepared)}, candidate.approach
    return [
        run
        for run in runs
        if run.finished and (run.name.task in gated or (run.name.task is None and run.name.approach == approach))
    ]


def predict_run(run: FittedRun, side: Side, table: pd.DataFrame | None = None) -> RawPredictions:
    """What a run predicts for every row of a side.

    `table`: the raw rows that the side's positions count in, where these are not those that the run was fitted on.
    """
    match run.plan:
        case MethodPlan() as plan:
            return {plan.task: predict_method(plan, side, table)}
        case RunPlan() as plan:
            return predict_plan(plan, run.result, side)
        case _ as never:
            assert_never(never)
