"""A registered model in place of a candidate: anyone's that answers every gated task."""

import re
from dataclasses import dataclass

import pandas as pd

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import MtlError, UserError
from mtl.promotion.evidence import ArtifactCheck
from mtl.run_names import RunName
from mtl.serving.bundle import to_answer
from mtl.serving.bundle_check import difference
from mtl.shown import shortened
from mtl.spec import Spec
from mtl.spec.incumbents_section import EXPECTED, MODEL_URI
from mtl.study.candidate import VERIFIED_ROWS, expected_files
from mtl.study.choices import gated_tasks
from mtl.study.locked_test import OpenedTest, RawPredictions
from mtl.study.outside_models import Asking, ask, asked_rows
from mtl.study.store import Store
from mtl.tasks.foreign_answer import predictions_of_columns


@dataclass(frozen=True, eq=False)
class JudgedOnSides:
    """What a registered model predicts for every row of two sides.

    Attributes:
        validation: by gated task.
        test: likewise.
        bytes: of its files.
        milliseconds_per_1000_rows: that its answers took.
    """

    version: registry.ModelVersion
    validation: RawPredictions
    test: RawPredictions
    bytes: int
    milliseconds_per_1000_rows: float

    @property
    def name(self) -> RunName:
        """What stands for it where runs are compared."""
        return RunName.judged(self.version.uri)


def find_judged(spec: Spec, where: registry.Registry, uri: str, promotes: bool) -> registry.ModelVersion:
    """The version that is to be judged.

    Raises:
        UserError: that is no address of a registered model, or one that could not be promoted though `promotes`.
        MtlError: there is no such version.
        RegistryUnreachableError: the registry cannot be reached.
    """
    if not re.match(MODEL_URI, uri):
        raise UserError(f"--candidate: {EXPECTED}; got '{shortened(uri)}'")
    version = registry.version_at(where, uri)
    if promotes and not (version.name == spec.name and registry.is_bundle(version)):
        raise UserError(
            f"--promote: the champion of {spec.name} is a version of {spec.name} that a study registered;"
            f" {version.uri} is none: judge it without --promote"
        )
    return version


def ask_judged(
    spec: Spec, where: registry.Registry, store: Store, sides: tuple[Prepared, Frame], version: registry.ModelVersion
) -> JudgedOnSides:
    """Have a registered model predict validation and test rows.

    Raises:
        MtlError: it cannot be asked, or does not answer every gated task: there is nothing to judge.
    """
    prepared, frame = sides
    try:
        answer = ask(where, store, Asking(version), asked_rows(spec, prepared, frame))
        predictions = _predictions(prepared, answer.table)
    except MtlError as error:
        raise type(error)(f"the candidate {version.uri} cannot be judged: {error}") from error
    first = len(prepared.side("validation"))
    pace = 1e6 * answer.seconds / len(answer.table)
    validation = {task: values[:first] for task, values in predictions.items()}
    test = {task: values[first:] for task, values in predictions.items()}
    return JudgedOnSides(version, validation, test, answer.bytes, pace)


def verify_judged(
    spec: Spec, where: registry.Registry, store: Store, opened: OpenedTest, judged: JudgedOnSides
) -> ArtifactCheck:
    """Whether the registered model, loaded once more in a fresh process, predicts what was compared.

    A version of this program's must also answer over HTTP, as `mtl serve` would have it; others are not served here.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    with expected_files(spec, judged.name, opened) as files:
        if registry.is_bundle(judged.version):
            with registry.FreshProcess() as fresh:
                return registry.verify_artifact(where, judged.version, store.downloads(where.shown), files, fresh)
        rows = pd.read_parquet(files[0])
    wanted = {task: values[:VERIFIED_ROWS] for task, values in judged.test.items()}
    try:
        again = _predictions(opened.prepared, ask(where, store, Asking(judged.version), rows).table)
    except MtlError as error:
        return ArtifactCheck(False, True, str(error))
    tasks = gated_tasks(opened.prepared)
    differs = difference(to_answer(tasks, again), to_answer(tasks, wanted))
    return ArtifactCheck(differs is None, True, differs or f"{len(rows)} rows predicted alike in two fresh processes")


def _predictions(prepared: Prepared, table: pd.DataFrame) -> RawPredictions:
    """By gated task; the columns must name the tasks where there are several.

    Raises:
        MtlError: a task is not answered.
    """
    tasks = gated_tasks(prepared)
    found = {}
    for task in tasks:
        try:
            found[task.name] = predictions_of_columns(task, table, named=len(tasks) > 1)
        except MtlError as error:
            raise MtlError(f"{task.name}: {error}") from error
    return found
