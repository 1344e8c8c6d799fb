"""Losses over the observed labels of a task, and the link from a head's output to a prediction."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mtl.tasks.task import Task


def targets(task: Task, labels: NDArray[np.float64]) -> Tensor:
    """Training targets of labels [N]: standardised for regression; missing ones are 0, to be masked."""
    filled = np.nan_to_num((labels - task.mean) / task.scale, nan=0.0)
    return torch.from_numpy(filled.astype(np.int64 if task.kind == "multiclass" else np.float32))


def row_losses(task: Task, outputs: Tensor, target: Tensor) -> Tensor:
    """The loss of each row, [B]; outputs [B, width], target [B]. Natural logarithms; squared or Huber (δ = 1) error."""
    match task.loss:
        case "bce":
            return functional.binary_cross_entropy_with_logits(outputs.squeeze(1), target, reduction="none")
        case "cross_entropy":
            return functional.cross_entropy(outputs, target, reduction="none")
        case "huber":
            return functional.huber_loss(outputs.squeeze(1), target, reduction="none")
        case _:
            return functional.mse_loss(outputs.squeeze(1), target, reduction="none")


def observed_mean(losses: Tensor, observed: Tensor) -> Tensor:
    """The mean of losses [B] where observed [B] is 1; 0 where none is."""
    return (losses * observed).sum() / observed.sum().clamp(min=1.0)


def predict(task: Task, outputs: Tensor) -> NDArray[np.float64]:
    """Outputs [B, width] to predictions: the label's own units [B], probability of 1 [B], or probabilities [B, C]."""
    wide = outputs.detach().to(torch.float64)
    match task.kind:
        case "binary":
            prediction = torch.sigmoid(wide.squeeze(1))
        case "multiclass":
            prediction = torch.softmax(wide, dim=1)
        case _:
            prediction = wide.squeeze(1) * task.scale + task.mean
    array: NDArray[np.float64] = prediction.cpu().numpy()
    return array
