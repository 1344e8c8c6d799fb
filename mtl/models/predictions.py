"""What a network predicts for rows that are stored."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.features.inputs import Inputs
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.tasks.targets import predict
from mtl.tasks.task import Task

CHUNK = 8192
"""Rows per forward pass where no gradient is needed: bounds memory."""


@torch.no_grad()
def outputs_of(network: MultiTaskNetwork, rows: StoredRows) -> list[Tensor]:
    """The outputs of every head over all rows, [N, width] each, dropout off; float32 on the CPU."""
    network.eval()
    device = network.heads.weight.device
    size = max(CHUNK // network.shape.members, 1)
    chunks = [[output.cpu() for output in network(batch.to(device))] for batch in rows.chunks(size)]
    return [torch.cat(parts) for parts in zip(*chunks, strict=True)]


def predictions_of(network: MultiTaskNetwork, tasks: Sequence[Task], inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """The predictions of every task over all rows, in the label's own units or as probabilities."""
    outputs = outputs_of(network, StoredRows(inputs))
    return {task.name: predict(task, output) for task, output in zip(tasks, outputs, strict=True)}
