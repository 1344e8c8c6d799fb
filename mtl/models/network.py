"""Hard parameter sharing: encoders, one shared trunk, one head per task (Caruana 1997)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn

from mtl.data.tokens import PADDING
from mtl.data.transforms import Inputs, Transforms
from mtl.spec import ModelSpec
from mtl.tasks.task import Task

EMBEDDING_SCALE = 0.03
"""Standard deviation of initial embeddings. PyTorch's own, 1, drowns what a rare word or category learns in noise: on
the validation side of each example, single-task and multi-task models alike are better with this one."""


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


@dataclass(frozen=True)
class NetworkShape:
    """Everything that fixes the network's parameters, so that saved weights can be loaded again."""

    numeric_width: int
    cardinalities: tuple[int, ...]
    vocabulary_size: int
    head_widths: tuple[int, ...]
    trunk: tuple[int, ...]
    dropout: float
    category_width: int
    text_width: int

    @classmethod
    def of(cls, transforms: Transforms, model: ModelSpec, tasks: Sequence[Task]) -> Self:
        """The shape for fitted transforms, a model's settings and the tasks of a run."""
        return cls(
            transforms.numeric_width,
            transforms.cardinalities,
            transforms.vocabulary_size,
            tuple(task.width for task in tasks),
            model.trunk,
            model.dropout,
            model.category_width,
            model.text_width,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        lists = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return cls(**{**plain, **lists})


class Encoder(nn.Module):
    """Numeric values, embedded categories and the mean of the token embeddings, side by side."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.categories = _category_table(shape) if shape.cardinalities else None
        self.offsets = torch.tensor([0, *shape.cardinalities[:-1]]).cumsum(0)
        self.text = _mean_pooling(shape) if shape.vocabulary_size else None
        self.width = (
            shape.numeric_width
            + len(shape.cardinalities) * shape.category_width
            + (shape.text_width if shape.vocabulary_size else 0)
        )

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch, [B, width]."""
        parts = [batch.numeric]
        if self.categories is not None:
            parts.append(self.categories(batch.codes + self.offsets).flatten(1))
        if self.text is not None:
            parts.append(self.text(batch.tokens))
        return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]


def _category_table(shape: NetworkShape) -> nn.Embedding:
    table = nn.Embedding(sum(shape.cardinalities), shape.category_width)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table


def _mean_pooling(shape: NetworkShape) -> nn.EmbeddingBag:
    table = nn.EmbeddingBag(shape.vocabulary_size, shape.text_width, mode="mean", padding_idx=PADDING)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table


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
