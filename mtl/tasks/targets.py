"""Labels to training targets, and a head's outputs back to predictions."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task


def targets(task: Task, labels: NDArray[np.float64]) -> Tensor:
    """Training targets of labels [N], float32: standardised for regression; missing ones are 0, to be masked."""
    filled = np.nan_to_num((labels - task.mean) / task.scale, nan=0.0)
    return torch.from_numpy(filled.astype(np.float32))


def predict(task: Task, outputs: Tensor) -> NDArray[np.float64]:
    """Outputs [B, width] to predictions: the label's own units [B], probability of 1 [B], or probabilities [B, C]."""
    kind = kind_named(task.kind)
    linked = kind.link(outputs.detach().to("cpu", torch.float64))
    array: NDArray[np.float64] = (linked * task.scale + task.mean).numpy()
    return array.reshape(kind.prediction_shape(len(outputs), task.classes))
