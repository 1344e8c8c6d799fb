"""A batch of encoder inputs as tensors."""

from typing import NamedTuple

import torch
from torch import Tensor

from mtl.data.transforms import Inputs


class Batch(NamedTuple):
    """Encoder inputs as tensors: numeric float32 [B, F], codes int64 [B, C], tokens int64 [B, T]."""

    numeric: Tensor
    codes: Tensor
    tokens: Tensor

    def rows(self, index: Tensor) -> "Batch":
        """The rows at `index`."""
        return Batch(self.numeric[index], self.codes[index], self.tokens[index])


def to_batch(inputs: Inputs) -> Batch:
    """All rows as one batch of tensors."""
    return Batch(
        torch.from_numpy(inputs.numeric.copy()),
        torch.from_numpy(inputs.codes.astype("int64")),
        torch.from_numpy(inputs.tokens.astype("int64")),
    )
