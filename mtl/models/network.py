"""Hard parameter sharing: one shared trunk over the encoder, one head per task (Caruana 1997)."""

from itertools import pairwise

from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape


class MultiTaskNetwork(nn.Module):
    """One trunk, K heads. A single-task baseline is the same network with one head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.encoder = Encoder(shape)
        widths = (self.encoder.width, *shape.trunk)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(shape.dropout)]
        self.trunk = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Linear(widths[-1], width) for width in shape.head_widths)

    def represent(self, batch: Batch) -> Tensor:
        """The shared representation z, [B, H]."""
        representation: Tensor = self.trunk(self.encoder(batch))
        return representation

    def forward(self, batch: Batch) -> list[Tensor]:
        """The outputs of each head, [B, width] each."""
        representation = self.represent(batch)
        return [head(representation) for head in self.heads]

    def shared_parameters(self) -> list[nn.Parameter]:
        """The parameters that every task's gradient reaches."""
        return [*self.encoder.parameters(), *self.trunk.parameters()]

    def last_shared_layer(self) -> nn.Linear:
        """The trunk's last linear layer."""
        return [layer for layer in self.trunk if isinstance(layer, nn.Linear)][-1]
