"""Classes that count alike, however rare some are, and outputs that are calibrated all the same.

A label of a balanced task counts with the weight of its class c of C, n / (C n_c) with n_c of the n labels of the
training side: 1 on average. Weights move the best outputs by a constant (Elkan 2001, The Foundations of Cost-Sensitive
Learning, IJCAI, theorem 2), which is minus the logarithms of the classes' frequencies. So the loss is taken of the
outputs less these logarithms, as Menon et al. 2021 (arXiv 2007.07314) adjust logits: what the loss sees is balanced,
and the outputs themselves are those of calibrated probabilities, in every epoch and for every reader. This holds for
every loss whose best prediction is the probability (a proper one).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.tasks.task import Task


@dataclass(frozen=True)
class Balance:
    """What a loss knows of the classes of balanced tasks.

    Attributes:
        prior: [C], see `prior_outputs`.
        positions: of the balanced tasks among all.
        weights: of their classes, [P, most classes of one].
    """

    prior: Tensor
    positions: tuple[int, ...]
    weights: Tensor

    def shares(self, targets: Tensor, share: Tensor | float) -> Tensor:
        """What each row counts for, [B, K], from what it would count for if no task were balanced."""
        classes = targets[:, self.positions].T.long()
        weights = torch.ones_like(targets)
        weights[:, self.positions] = self.weights.to(targets).gather(1, classes).T
        return weights * share


def balance_of(tasks: Sequence[Task]) -> Balance | None:
    """The balance of a run's tasks; None where no task is balanced."""
    prior = prior_outputs(tasks)
    if prior is None:
        return None
    positions = tuple(k for k, task in enumerate(tasks) if task.class_weights)
    weights = [torch.tensor(tasks[k].class_weights, dtype=torch.float64) for k in positions]
    return Balance(prior, positions, torch.nn.utils.rnn.pad_sequence(weights, batch_first=True))


def prior_outputs(tasks: Sequence[Task]) -> Tensor | None:
    """The outputs [C], float64, that predict the class frequencies of each balanced task, and 0 for the others.

    None where no task is balanced.
    """
    if not any(task.class_weights for task in tasks):
        return None
    return torch.from_numpy(np.concatenate([_prior_of(task) for task in tasks]))


def class_weights(labels: NDArray[np.float64], num_classes: int) -> tuple[float, ...]:
    """n / (C n_c) by class, from the indices of the classes [n], of which each is there."""
    counts = np.bincount(labels.astype(np.int64), minlength=num_classes)
    return tuple((len(labels) / (num_classes * counts)).tolist())


def _prior_of(task: Task) -> NDArray[np.float64]:
    if not task.class_weights:
        return np.zeros(task.width)
    logarithms: NDArray[np.float64] = -np.log(len(task.class_weights) * np.array(task.class_weights))
    # A single output is the logit of class 1.
    return logarithms if task.width == len(logarithms) else logarithms[1:] - logarithms[:1]
