"""The locked test side, opened once: the candidate, its baselines, their seeds, and the champion on the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import MtlError
from mtl.evaluation.comparison import (
    ChampionAbsent,
    ChampionAnswer,
    ChampionUnknown,
    Comparison,
    compare,
    compare_champion,
)
from mtl.evaluation.paired_difference import Bootstrap
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import load_bundle, predictions_in
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection, gated_tasks, observed_predictions, truths_of
from mtl.study.evidence_file import write_evidence

RawPredictions = Mapping[str, NDArray[np.float64]]
"""Task → predictions for every row of a side."""


@dataclass(frozen=True)
class ChampionOnTest:
    """What the champion predicts for every row of the test side."""

    version: str
    predictions: RawPredictions


def compare_on_test(
    spec: Spec,
    prepared: Prepared,
    runs: Sequence[FittedRun],
    selection: Selection,
    champion: ChampionOnTest | ChampionAbsent | ChampionUnknown,
    evidence: Path,
) -> Comparison | None:
    """All the evidence on the test side, or None when validation offered no candidate.

    `evidence` is the .npz file that labels and predictions are kept in.
    """
    if selection.candidate is None:
        return None
    side = prepared.side("test")
    truths = truths_of(prepared, side)
    chosen = selection.candidate.name
    # A task that is not gated may have been fitted alone for others to start from; nothing is compared with it.
    compared = [
        run for run in runs if run.finished and (run.name.task in truths or run.name.approach == chosen.approach)
    ]
    predictions = {run.name: observed_predictions(prepared, side, predict_test(run)) for run in compared}
    write_evidence(evidence, truths, predictions)
    bootstrap = Bootstrap(spec.evaluation.resamples, spec.gate.confidence)
    answer: ChampionAnswer
    if isinstance(champion, ChampionOnTest):
        theirs = observed_predictions(prepared, side, champion.predictions)
        answer = compare_champion(truths, predictions[chosen], theirs, version=champion.version, bootstrap=bootstrap)
    else:
        answer = champion
    baselines = {task: run.name for task, run in selection.baselines.items()}
    return compare(truths, predictions, candidate=chosen, baselines=baselines, champion=answer, bootstrap=bootstrap)


def predict_test(run: FittedRun) -> RawPredictions:
    """What a run predicts for every row of the test side."""
    prepared = run.plan.prepared
    tasks = tuple(task for task in prepared.tasks if task.name in run.plan.tasks)
    network = MultiTaskNetwork(NetworkShape.of(prepared.transforms, run.plan.model, tasks, run.plan.sharing))
    network.load_state_dict(run.result.weights)
    return predictions_of(network, tasks, prepared.side("test").inputs)


def rows_of_test(prepared: Prepared, frame: Frame) -> pd.DataFrame:
    """The raw rows of the test side, in its order."""
    return frame.read().iloc[prepared.side("test").rows].reset_index(drop=True)


def champion_on_test(version: str, folder: Path, prepared: Prepared, frame: Frame) -> ChampionOnTest | ChampionUnknown:
    """The predictions of the champion's bundle from the raw rows, with its own transforms."""
    bundle, rows = load_bundle(folder), rows_of_test(prepared, frame)
    missing = [column.name for column in bundle.columns if column.name not in rows.columns]
    if missing:
        return ChampionUnknown(f"champion version {version} reads {', '.join(missing)}, which the data lacks")
    try:
        answer = bundle.predict(rows)
        theirs = {task.name: task for task in bundle.tasks}
        ours = {task.name: task for task in gated_tasks(prepared)}
        shared = [name for name in ours if name in theirs and ours[name].kind == theirs[name].kind]
        return ChampionOnTest(version, {name: predictions_in(theirs[name], answer) for name in shared})
    except (MtlError, ValueError, RuntimeError) as error:
        return ChampionUnknown(f"champion version {version} cannot score the test rows: {error}")
