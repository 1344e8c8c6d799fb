"""A run as a value: what it is to train, and what it left on disk. The same plan gives the same folder."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from threadpoolctl import threadpool_limits
from torch import Tensor

from mtl.data.prepared import Prepared, Side
from mtl.evaluation.metrics import score_all
from mtl.evaluation.runs import RunName
from mtl.models.cost import cost_of
from mtl.models.shape import NetworkShape
from mtl.provenance import digest_of, source_digest
from mtl.spec import AnySharing, HardSharing, Spec
from mtl.spec.model import ModelSpec, TrainingSpec
from mtl.storage import read_json, whole_folder, write_json
from mtl.tasks.task import Task
from mtl.training.fit import Budget, fit
from mtl.training.history import History
from mtl.training.validation import predictions_of
from mtl.weighting.base import Scheme
from mtl.weighting.chosen import Approach, approaches_of
from mtl.weighting.equal import Equal

CODE = ("mtl.data", "mtl.tasks", "mtl.models", "mtl.weighting", "mtl.training")
"""The packages that a run's result follows from."""

ALONE = Approach(Equal(), HardSharing())
"""A single-task run: the trunk that hard sharing has, and one head."""

TASK = "task "
"""Before a task's name in an archive of arrays, whose writer has parameters of its own names, `file` among them."""

Status = Literal["finished", "failed"]


@dataclass(frozen=True)
class RunPlan:
    """One training to be done: everything that its result follows from, and where the result goes."""

    name: RunName
    tasks: tuple[str, ...]
    scheme: Scheme
    sharing: AnySharing
    prepared: Prepared
    model: ModelSpec
    training: TrainingSpec
    folder: Path

    @property
    def key(self) -> str:
        """The digest that names the run."""
        return self.folder.name

    @property
    def checkpoint(self) -> Path:
        """Where the run is saved between epochs, until it is done."""
        return self.folder.with_name(f"{self.key}.checkpoint")

    @property
    def result(self) -> "RunResult | None":
        """What an earlier fit of the same plan left, or None."""
        return RunResult.read(self.folder) if (self.folder / "result.json").exists() else None


@dataclass(frozen=True)
class RunResult:
    """What a run left in its folder: weights, history, predictions on validation.

    Attributes:
        reason: why a failed run failed; empty otherwise.
        seconds: wall time of training, start-up and earlier interrupted tries excluded.
        best_epoch: zero-based; the epoch whose weights are kept.
        parameters: numbers that were learned.
        multiply_adds: of the matrix products behind one row's answers for all tasks.
        milliseconds_per_1000_rows: wall time of the predictions on validation.
        scores: final validation metrics by task and name.
    """

    folder: Path
    status: Status
    reason: str
    seconds: float
    started: float
    epochs: int
    best_epoch: int
    parameters: int
    multiply_adds: int
    milliseconds_per_1000_rows: float
    scores: Mapping[str, Mapping[str, float]]

    @classmethod
    def read(cls, folder: Path) -> "RunResult":
        """Read `result.json`."""
        return cls(folder=folder, **read_json(folder / "result.json"))

    @property
    def history(self) -> History:
        """Values per epoch by name."""
        history: History = read_json(self.folder / "history.json")
        return history

    @property
    def predictions(self) -> dict[str, NDArray[np.float64]]:
        """Predictions on validation by task, for every row of the side."""
        with np.load(self.folder / "validation.npz") as arrays:
            return {name.removeprefix(TASK): array for name, array in arrays.items()}

    @property
    def weights(self) -> dict[str, Tensor]:
        """The kept parameters."""
        weights: dict[str, Tensor] = load_file(self.folder / "weights.safetensors")
        return weights


def plan_runs(spec: Spec, prepared: Prepared, folder: Path) -> tuple[RunPlan, ...]:
    """Every run of a study, the longest first, each with each seed.

    That is each scheme, under each way of sharing that it is defined for, on all tasks, and each gated task alone.

    Raises:
        SpecError: a scheme that the catalog does not know, or an option that the scheme does not have.
    """
    together = [
        (RunName.multi(label, seed), tuple(spec.tasks), approach)
        for label, approach in approaches_of(spec).chosen.items()
        for seed in spec.seeds
    ]
    alone = [(RunName.single(task, seed), (task,), ALONE) for task in spec.gated_tasks for seed in spec.seeds]
    return tuple(
        RunPlan(
            name,
            tasks,
            approach.scheme,
            approach.sharing,
            prepared,
            spec.model,
            spec.training,
            folder / _key(spec, prepared, name, approach),
        )
        for name, tasks, approach in [*together, *alone]
    )


def _key(spec: Spec, prepared: Prepared, name: RunName, approach: Approach) -> str:
    return digest_of(
        prepared.digest,
        (name.scheme, name.task, name.seed),
        repr(approach),
        spec.model.model_dump(),
        spec.training.model_dump(),
        source_digest(*CODE),
    )[:32]


def fit_run(plan: RunPlan) -> RunResult:
    """Fit a run and store what it leaves, unless an earlier fit of the same plan did; in one thread.

    A run that diverges is stored as failed, with its last finite weights: the same plan would diverge again.
    """
    if plan.result is None:
        with threadpool_limits(1):
            torch.set_num_threads(1)
            _fit_and_store(plan)
    return RunResult.read(plan.folder)


def _fit_and_store(plan: RunPlan) -> None:
    started, clock = time.time(), time.perf_counter()
    positions = [position for position, task in enumerate(plan.prepared.tasks) if task.name in plan.tasks]
    tasks = tuple(plan.prepared.tasks[position] for position in positions)
    train, validation = (plan.prepared.side(side).of_tasks(positions) for side in ("train", "validation"))
    shape = NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing)
    fitted = fit(tasks, plan.scheme, train, validation, Budget(shape, plan.training, plan.name.seed), plan.checkpoint)
    predicting = time.perf_counter()
    predictions = predictions_of(fitted.network, tasks, validation.inputs)
    predicted = time.perf_counter() - predicting
    described = {
        "status": "failed" if fitted.failure else "finished",
        "reason": fitted.failure or "",
        "seconds": time.perf_counter() - clock,
        "started": started,
        "epochs": fitted.epochs,
        "best_epoch": fitted.best_epoch,
        **asdict(cost_of(fitted.network, plan.model.max_tokens)),
        "milliseconds_per_1000_rows": 1e6 * predicted / max(len(validation), 1),
        "scores": {task.name: _scores(task, k, validation, predictions) for k, task in enumerate(tasks)},
    }
    named = {TASK + name: array for name, array in predictions.items()}
    with whole_folder(plan.folder) as partial:
        save_file(fitted.network.state_dict(), partial / "weights.safetensors")
        write_json(partial / "history.json", fitted.history)
        np.savez(partial / "validation.npz", **named)  # type: ignore[arg-type]  # arrays by name
        write_json(partial / "result.json", described)
    plan.checkpoint.unlink(missing_ok=True)


def _scores(task: Task, k: int, side: Side, predictions: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    observed = ~np.isnan(side.labels[:, k])
    return score_all(task.kind, side.labels[observed, k], predictions[task.name][observed])
