"""What a network costs to keep and to answer with."""

from dataclasses import dataclass

import torch
from torch.utils.flop_counter import FlopCounterMode

from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork


@dataclass(frozen=True)
class Cost:
    """The cost of a network.

    Attributes:
        parameters: numbers that training learns.
        multiply_adds: of the matrix products behind one row's answers for all tasks; a text counts at full length.
    """

    parameters: int
    multiply_adds: int


def cost_of(network: MultiTaskNetwork) -> Cost:
    """Count what one row takes on the CPU; nothing is timed, so that equal networks cost the same everywhere."""
    row = Batch({kind: shape.longest_row() for kind, shape in network.shape.parts.items()})
    network.eval()
    with torch.no_grad(), FlopCounterMode(display=False, custom_mapping={_LSTM: _lstm_flops}) as counter:
        network(row)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Cost(parameters, counter.get_total_flops() // 2)


_Shape = tuple[int, ...]

_LSTM = torch.ops.aten.mkldnn_rnn_layer
"""PyTorch's fused LSTM layer on the CPU, which its counter does not know."""


def _lstm_flops(
    tokens: tuple[int, ...], inputs: tuple[int, ...], states: tuple[int, ...], *_: object, **__: object
) -> int:
    """Two operations per weight and token."""
    steps, rows, _width = tokens
    return 2 * steps * rows * (inputs[0] * inputs[1] + states[0] * states[1])
