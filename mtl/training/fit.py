"""One run: epochs over the training side, early stopping on validation, the best epoch's weights."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mtl.data.prepared import Side
from mtl.errors import TrainingDivergedError
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.spec import TrainingSpec
from mtl.tasks.balance import prior_outputs
from mtl.tasks.task import Task
from mtl.training.adamw import AdamW
from mtl.training.bar import NO_BAR, Bar, is_behind
from mtl.training.batches import TaskBatch, TrainingRows
from mtl.training.checkpoint import read_checkpoint, save_checkpoint, scheme_arrays, scheme_tensors
from mtl.training.history import EpochMeans, History
from mtl.training.precision import precision_of
from mtl.training.step import Step
from mtl.training.validation_side import Validation
from mtl.weighting.scheme import FloatArray, Needs, Scheme, State

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class TrainedNetwork:
    """A trained network and how it came to be.

    Attributes:
        network: with the weights of `best_epoch`, on the CPU.
        best_epoch: zero-based epoch with the best validation standing; -1 when none was finished.
        failure: why the run stopped before its time, or None. The weights are then the best finite ones.
        converged: whether validation stopped improving before the cap on epochs.
        slowed_at: the epoch from which on the learning rate was a tenth; None if the run ended before.
        pruned: whether it was stopped for being behind the bar of its budget.
        seconds_before: wall time up to the checkpoint that it went on from.
    """

    network: MultiTaskNetwork
    history: History
    best_epoch: int
    epochs: int
    failure: str | None
    converged: bool
    slowed_at: int | None
    pruned: bool
    seconds_before: float


SLOWER = 0.1
"""What the learning rate is multiplied by once validation has stopped improving."""


@dataclass(frozen=True)
class Budget:
    """What a run may use, the same for candidates and baselines.

    Attributes:
        bar: of a trial, what it must keep up with or stop; none of a run of the study itself.
    """

    shape: NetworkShape
    training: TrainingSpec
    seed: int
    bar: Bar = NO_BAR


def fit(  # what a run follows from, and where it may be resumed
    tasks: tuple[Task, ...],
    scheme: Scheme,
    train: Side,
    validation: Side,
    budget: Budget,
    checkpoint: Path | None = None,
    initial: Weights | None = None,
) -> TrainedNetwork:
    """Train one network on `tasks`; the sides hold the label columns of `tasks` alone, in their order.

    Once validation has not improved for `patience` epochs, the run goes back to its best weights and on at a tenth of
    the learning rate, until the same happens again: a rate that was too high costs time, not quality.

    It starts from random weights, but for those that `initial` names: what an earlier run learned and shares.
    After each epoch the run is saved to `checkpoint`, if one is given; a run that finds one goes on from there, and
    ends in the same bytes as a run that was never interrupted.

    The global random generator of torch decides initial weights and dropout; it is seeded here and given back as it
    was, so that the result depends on `budget.seed` alone. A run that diverges is returned with its failure.
    """
    with torch.random.fork_rng(devices=precision_of(budget.training.device).forked):
        torch.manual_seed(budget.seed)
        loop = _Loop(tasks, scheme, TrainingRows(tasks, train), Validation(tasks, validation), budget)
        if initial is not None:
            loop.start_from(initial)
        failure = None
        try:
            loop.run(checkpoint)
        except TrainingDivergedError as error:
            failure = f"epoch {loop.epoch}: {error}"
    loop.network.load_state_dict(loop.best_weights)
    loop.network.heads.fold_shift()
    loop.network.cpu()
    pruned = failure is None and not loop.ended
    return TrainedNetwork(
        loop.network,
        loop.history,
        loop.best_epoch,
        loop.epoch,
        failure,
        loop.converged,
        loop.slowed_at,
        pruned,
        loop.seconds_before,
    )


class _Loop:
    """The state of a run between epochs."""

    def __init__(
        self,
        tasks: tuple[Task, ...],
        scheme: Scheme,
        rows: TrainingRows,
        validation: Validation,
        budget: Budget,
    ) -> None:
        self.tasks, self.scheme, self.rows, self.validation, self.budget = tasks, scheme, rows, validation, budget
        self.precision = precision_of(budget.training.device)
        self.network = MultiTaskNetwork(budget.shape).to(self.precision.device)
        self.network.heads.shift_by(prior_outputs(tasks))
        training = budget.training
        self.step = Step(self.network, tasks, scheme, training.gradients, self.precision)
        self.optimizer = self._optimizer(training.learning_rate)
        self.slowed_at: int | None = None
        self.order = torch.Generator().manual_seed(budget.seed)
        self.state: State = scheme.init(len(tasks), budget.seed)
        self.losses_after: FloatArray | None = None
        self.history: History = {}
        self.epoch, self.best_epoch, self.best_standing = 0, -1, math.inf
        self.best_weights: Weights = _copy(self.network)
        self.seconds_before, self.clock = 0.0, time.perf_counter()

    def start_from(self, initial: Weights) -> None:
        """Replace random weights by those of the same name."""
        self.network.load_state_dict({**self.network.state_dict(), **initial})
        self.best_weights = _copy(self.network)

    def run(self, checkpoint: Path | None) -> None:
        """All epochs, or fewer when validation has stopped improving at the slower rate, too, or is behind the bar."""
        saved = read_checkpoint(checkpoint) if checkpoint else None
        if saved is not None:
            self._restore(saved)
        while not self.ended and not is_behind(self.budget.bar, self.epoch, self.best_standing):
            if self._waited_in_vain and self.slowed_at is None:
                self._slow_down()
            self._train_epoch().append_to(self.history, [task.name for task in self.tasks])
            self._validate()
            self.epoch += 1
            if checkpoint is not None:
                save_checkpoint(checkpoint, self._state())

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to train."""
        return self.epoch >= self.budget.training.epochs or self.converged

    @property
    def converged(self) -> bool:
        """Whether validation stopped improving, at the slower rate, too."""
        return self._waited_in_vain and self.slowed_at is not None

    @property
    def _waited_in_vain(self) -> bool:
        """Whether `patience` epochs of this rate have gone by since the best one."""
        return self.epoch - max(self.best_epoch, (self.slowed_at or 0) - 1) > self.budget.training.patience

    def _slow_down(self) -> None:
        self.network.load_state_dict(self.best_weights)
        self.optimizer = self._optimizer(SLOWER * self.budget.training.learning_rate)
        self.slowed_at = self.epoch

    def _optimizer(self, learning_rate: float) -> AdamW:
        return AdamW(self.network.parameters(), learning_rate, self.budget.training.l2)

    def _state(self) -> dict[str, Any]:
        return {
            "slowed_at": self.slowed_at,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state(),
            "scheme": scheme_tensors(self.state),
            "losses_after": None if self.losses_after is None else torch.from_numpy(self.losses_after),
            "order": self.order.get_state(),
            "random": self.precision.random_states(),
            "history": self.history,
            "epoch": self.epoch,
            "best": (self.best_epoch, self.best_standing, self.best_weights),
            "seconds": self.seconds_before + time.perf_counter() - self.clock,
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        if saved["slowed_at"] is not None:
            self._slow_down()
            self.slowed_at = saved["slowed_at"]
        self.network.load_state_dict(saved["network"])
        self.optimizer.restore(saved["optimizer"])
        self.state = scheme_arrays(saved["scheme"])
        self.losses_after = None if saved["losses_after"] is None else saved["losses_after"].numpy()
        self.order.set_state(saved["order"])
        self.precision.set_random_states(saved["random"])
        self.history, self.epoch = saved["history"], saved["epoch"]
        self.best_epoch, self.best_standing, self.best_weights = saved["best"]
        self.seconds_before = saved["seconds"]

    def _train_epoch(self) -> EpochMeans:
        self.network.train()
        means = EpochMeans(len(self.tasks))
        # Cosines cost gradients that are kept apart by task: a scheme that does not need them pays once an epoch.
        observe = len(self.tasks) > 1
        for rows in self.rows.batches(self.budget.training.batch_size, self.order):
            batch = rows.to(self.precision.device)
            result = self.step.backward(batch, self.state, self.epoch, self.losses_after, observe)
            self._update(batch)
            self.state, observe = result.state, False
            means.add(result)
        return means

    def _update(self, batch: TaskBatch) -> None:
        self.network.body.add_penalty_gradient()
        if self.budget.training.l1:
            _add_l1_gradient(self.network, self.budget.training.l1)
        self.optimizer.step()
        if self.scheme.needs is Needs.LOSSES_AFTER_STEP:
            self.losses_after = self.step.losses_again(batch)

    def _validate(self) -> None:
        scores = self.validation.score(self.network)
        for task, score in zip(self.tasks, scores, strict=True):
            self.history.setdefault(f"validation/{task.name}/loss", []).append(score.loss)
            self.history.setdefault(f"validation/{task.name}/{task.metric}", []).append(score.metric)
        standing = self.validation.standing(scores)
        if not math.isfinite(standing):
            raise TrainingDivergedError("the validation loss is NaN or infinite, or no task has a validation label")
        if standing < self.best_standing:
            self.best_standing, self.best_epoch, self.best_weights = standing, self.epoch, _copy(self.network)


def _add_l1_gradient(network: MultiTaskNetwork, l1: float) -> None:
    for name, parameter in network.named_parameters():
        # Biases are not weights: shrinking them does not make the network simpler.
        if parameter.grad is not None and not name.endswith("bias"):
            parameter.grad.add_(torch.sign(parameter.detach()), alpha=l1)


def _copy(network: MultiTaskNetwork) -> Weights:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
