"""A body, which is shared in one way or another, and one head per task."""

from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.shape import NetworkShape


class MultiTaskNetwork(nn.Module):
    """From a batch to the outputs of K heads. A single-task baseline is hard sharing with one head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        self.body = shape.sharing.body(shape)
        self.heads = Heads(self.body.width, shape.heads)

    def forward(self, batch: Batch) -> list[Tensor]:
        """The outputs of each head, [B, width] each."""
        return self.heads.split(self.heads(self.body.represent(batch)).outputs)
