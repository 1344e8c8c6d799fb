"""The candidate: its bundle, its registered version, and whether that predicts what was evaluated."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.profile import profile_of
from mtl.errors import MtlError
from mtl.evaluation.comparison import Comparison
from mtl.jsonable import to_json
from mtl.models.shape import NetworkShape
from mtl.promotion.evidence import ArtifactCheck
from mtl.run_names import RunName
from mtl.serving.bundle import OfRows, load_bundle, to_answer, write_bundle
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection, gated_tasks
from mtl.study.locked_test import OpenedTest
from mtl.study.measured import Measured
from mtl.study.opponents_beside import write_opponents
from mtl.study.store import Store
from mtl.study.tracking_records import version_tags

EXAMPLE_ROWS = 3
VERIFIED_ROWS = 500
"""Rows that a registered copy must reproduce: enough to touch every part of the network, few enough to be quick."""


def bundle_candidate(spec: Spec, run: FittedRun, frame: Frame, folder: Path) -> Path:
    """Write the bundle of a run below `folder`, under the run's key."""
    prepared, target = run.plan.prepared, folder / run.plan.key
    tasks = tuple(task for task in prepared.tasks if task.name in run.plan.tasks)
    shape = NetworkShape.of(prepared.transforms, run.network.model, tasks, run.network.sharing)
    example = frame.at(prepared.side("train").rows[:EXAMPLE_ROWS], spec.features.columns)
    profile = to_json(profile_of(spec, frame.by_need, prepared.side("train").rows))
    write_bundle(target, tasks, prepared.transforms, shape, run.result.weights, example, OfRows(spec.data.key, profile))
    return target


def register_candidate(
    spec: Spec,
    where: registry.Registry,
    store: Store,
    frame: Frame,
    selection: Selection,
    children: Mapping[RunName, str],
    compared: tuple[OpenedTest, Measured, Comparison] | None = None,
) -> registry.ModelVersion | None:
    """The candidate as a version of the registered model, by the run of MLflow that it was logged as; None without one.

    What it was `compared` with lies beside it, for whoever watches it later.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    run = selection.candidate
    if run is None:
        return None
    bundle = bundle_candidate(spec, run, frame, store.bundles)
    about = children[run.name], version_tags(spec, frame, run)
    if compared is None:
        return registry.register(where, spec.name, bundle, *about)
    with TemporaryDirectory(prefix="mtl-opponents-") as temporary:
        beside = Path(temporary, "beside")
        beside.mkdir()
        write_opponents(beside, spec, frame, selection, compared[0], compared[1:])
        return registry.register(where, spec.name, bundle, *about, beside)


def verify_candidate(
    spec: Spec,
    where: registry.Registry,
    store: Store,
    opened: OpenedTest,
    selection: Selection,
    version: registry.ModelVersion | None,
    fresh: registry.FreshProcess,
) -> ArtifactCheck | None:
    """Whether the registered copy, in a fresh process, predicts what was evaluated and answers; None without one.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    if selection.candidate is None or version is None:
        return None
    with expected_files(spec, selection.candidate.name, opened) as files:
        return registry.verify_artifact(where, version, store.downloads(where.shown), files, fresh)


@contextmanager
def expected_files(spec: Spec, run: RunName, opened: OpenedTest) -> Iterator[tuple[Path, Path]]:
    """Two parquet files: the first rows of the test side, and the answer of a run that was evaluated there."""
    rows = opened.rows[list(spec.features.columns)].head(VERIFIED_ROWS)
    predictions = {task: values[: len(rows)] for task, values in opened.predictions[run].items()}
    with TemporaryDirectory(prefix="mtl-expected-") as folder:
        files = Path(folder, "rows.parquet"), Path(folder, "expected.parquet")
        rows.to_parquet(files[0])
        to_answer(gated_tasks(opened.prepared), predictions).to_parquet(files[1])
        yield files


def check_example(folder: Path) -> None:
    """Let a bundle predict its own example rows.

    Raises:
        MtlError: it holds no readable bundle, or a prediction is not finite.
    """
    bundle = load_bundle(folder)
    answer = bundle.predict(bundle.example).select_dtypes("number").to_numpy(dtype=np.float64)
    if not (answer.size and np.isfinite(answer).all()):
        raise MtlError(f"the model at '{folder}' does not predict finite values for its own example rows")
