"""How good a network is on the validation side, after every epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtl.data.prepared import Side
from mtl.evaluation.metric import metric_named
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import outputs_of
from mtl.tasks.criterion import Criterion
from mtl.tasks.targets import predict, targets
from mtl.tasks.task import Task


@dataclass(frozen=True)
class TaskScore:
    """One task on the validation side: mean loss and headline metric."""

    loss: float
    metric: float


class Validation:
    """The validation side of a run's tasks."""

    def __init__(self, tasks: Sequence[Task], side: Side) -> None:
        """`side.labels` holds the columns of `tasks` alone, in their order."""
        self.tasks, self.labels, self._rows = tuple(tasks), side.labels, StoredRows(side.inputs)
        self._targets = torch.stack([targets(task, side.labels[:, k]) for k, task in enumerate(self.tasks)], dim=1)
        self._observed = torch.from_numpy(~np.isnan(side.labels)).double()

    def score(self, network: MultiTaskNetwork) -> tuple[TaskScore, ...]:
        """Loss and headline metric of each task; NaN for a task without validation labels."""
        outputs = outputs_of(network, self._rows)
        losses, *_ = Criterion(self.tasks)(torch.cat(outputs, dim=1).double(), self._targets.double(), self._observed)
        return tuple(
            self._score(k, output, loss) for k, (output, loss) in enumerate(zip(outputs, losses.tolist(), strict=True))
        )

    def standing(self, scores: Sequence[TaskScore]) -> float:
        """The mean over the gated tasks of loss / prior loss: lower is better, 1 is no better than a constant.

        Losses of different kinds have different units; each is divided by the training loss of the best constant
        prediction. Auxiliary tasks count only in a run that has no other, and tasks without a validation label never:
        NaN where no task has any.
        """
        labelled = self._observed.any(dim=0).tolist()
        pairs = [pair for pair, known in zip(zip(self.tasks, scores, strict=True), labelled, strict=True) if known]
        gated = [pair for pair in pairs if not pair[0].auxiliary] or pairs
        return float(np.mean([score.loss / task.prior_loss for task, score in gated])) if gated else float("nan")

    def _score(self, k: int, outputs: Tensor, loss: float) -> TaskScore:
        task, observed = self.tasks[k], ~np.isnan(self.labels[:, k])
        if not observed.any():
            return TaskScore(float("nan"), float("nan"))
        kept = outputs[torch.from_numpy(observed)]
        return TaskScore(loss, metric_named(task.metric).score(self.labels[observed, k], predict(task, kept)))
