"""The opponents of a candidate, as they lie beside its version: what it would replace, and what it promises."""

import pickle
from pathlib import Path

import numpy as np
from pandas.api.types import is_numeric_dtype

from mtl.baselines.fit_method import MODEL
from mtl.baselines.method_plan import MethodPlan
from mtl.data.frame import Frame
from mtl.data.profile import Profile, column_profile
from mtl.errors import MtlError
from mtl.evaluation.comparison import Comparison
from mtl.manifest import write_manifest
from mtl.models.shape import NetworkShape
from mtl.monitoring.opponents.beside import opponent_of, write_about
from mtl.monitoring.opponents.stored_method import write_method
from mtl.monitoring.promise import Promise, TaskPromise, promise_of
from mtl.serving.bundle import to_answer, write_bundle
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection, gated_tasks
from mtl.study.locked_test import OpenedTest
from mtl.study.measured import Measured

CHECKED_ROWS = 200
"""Rows that a stored opponent must predict as before, at most."""

CLOSE = 1e-5


def write_opponents(
    folder: Path,
    spec: Spec,
    frame: Frame,
    selection: Selection,
    opened: OpenedTest,
    found: tuple[Measured, Comparison],
) -> None:
    """Fill an empty folder. An opponent that cannot be stored, or that would answer otherwise, is left out and told.

    `found`: what was measured on the test side, and what follows from it.
    """
    measured, comparison = found
    promises: list[TaskPromise] = []
    problems: dict[str, str] = {}
    for number, (task, run) in enumerate((task, run) for task, run in comparison.baselines.items()):
        promises.append(_promise(measured, comparison, task))
        place = folder / str(number)
        try:
            _store(place, spec, frame, selection.baselines[task])
            promise = Promise(tuple(promises), problems)
            _check(folder, promise, task, opened, opened.predictions[run][task][:CHECKED_ROWS])
        except MtlError as error:
            problems[task] = str(error)
    labels = {task: spec.label(task) for task in comparison.baselines}
    write_about(folder, Promise(tuple(promises), problems, labels), _predicted(opened, measured))
    write_manifest(folder)


def _promise(measured: Measured, comparison: Comparison, task: str) -> TaskPromise:
    truth, opponent = measured.truths[task], comparison.baselines[task]
    models = measured.predictions[measured.candidate][task], measured.predictions[opponent][task]
    compared = comparison.of(task)
    assert compared is not None, "a task with a baseline was compared"
    return promise_of(
        truth,
        (models[0].astype(np.float64), models[1].astype(np.float64)),
        measured.constants.get(task),
        str(opponent),
        compared.difference,
    )


def _store(place: Path, spec: Spec, frame: Frame, run: FittedRun) -> None:
    plan, transforms = run.plan, run.plan.prepared.transforms
    tasks = tuple(task for task in plan.prepared.tasks if task.name in plan.tasks)
    if isinstance(plan, MethodPlan):
        place.mkdir()
        with (plan.folder / MODEL).open("rb") as file:
            write_method(place, tasks[0], transforms, pickle.load(file))
        return
    shape = NetworkShape.of(transforms, plan.model, tasks, plan.sharing)
    example = frame.at(plan.prepared.side("train").rows[:1], spec.features.columns)
    write_bundle(place, tasks, transforms, shape, run.result.weights, example)


def _check(folder: Path, promise: Promise, task: str, opened: OpenedTest, expected: np.ndarray) -> None:
    again = opponent_of(folder, promise, task).predict(opened.rows.head(CHECKED_ROWS))
    if not np.allclose(again, expected, rtol=CLOSE, atol=CLOSE):
        raise MtlError("what was stored does not predict what was compared")


def _predicted(opened: OpenedTest, measured: Measured) -> Profile:
    """Of the candidate's answers on the test side, by the names that a server gives them."""
    answered = opened.predictions[measured.candidate]
    answer = to_answer([task for task in gated_tasks(opened.prepared) if task.name in answered], answered)
    kinds = {name: "numeric" if is_numeric_dtype(answer[name]) else "label" for name in answer}
    return Profile(len(answer), tuple(column_profile(answer[name], "", kind) for name, kind in kinds.items()))
