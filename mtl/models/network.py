"""A body, which is shared in one way or another, and one head per task."""

from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.members import by_member
from mtl.models.shape import NetworkShape
from mtl.tasks.kind import kind_named


class MultiTaskNetwork(nn.Module):
    """From a batch to the outputs of K heads. A single-task baseline is hard sharing with one head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        self.body = shape.sharing.body(shape)
        self.heads = Heads(self.body.width, shape.heads, shape.members)

    def forward(self, batch: Batch) -> list[Tensor]:
        """The outputs of each head, [B, width] each: of members, those whose prediction is the mean of theirs."""
        outputs = self.heads.split(self.heads(self.body.represent(batch)).outputs)
        members = self.shape.members
        if members == 1:
            return outputs
        pairs = zip(self.shape.heads, outputs, strict=True)
        return [kind_named(head.kind).averaged(by_member(output, members)) for head, output in pairs]
