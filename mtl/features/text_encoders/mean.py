"""The mean of a text's token embeddings."""

from collections.abc import Iterator
from typing import final

from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import TEXT_ENCODERS
from mtl.features.embeddings import EMBEDDING_SCALE
from mtl.features.table_gradients import gradients_of_rows
from mtl.features.text_encoder import TextEncoder
from mtl.features.tokens import PADDING


@TEXT_ENCODERS.register
@final
class Mean(TextEncoder):
    """The mean of the token embeddings."""

    def __init__(self, vocabulary_size: int, width: int) -> None:
        super().__init__(vocabulary_size, width)
        self.table = nn.EmbeddingBag(vocabulary_size, width, mode="mean", padding_idx=PADDING)
        nn.init.normal_(self.table.weight, std=EMBEDDING_SCALE)

    @override
    def forward(self, array: Tensor) -> Tensor:
        means: Tensor = self.table(array)
        return means

    @override
    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """Every token of a text has an equal share of what arrives at the mean."""
        real = array != PADDING
        texts, positions = real.nonzero(as_tuple=True)
        shares = towards.float().transpose(0, 1) / real.sum(dim=1).clamp(min=1).view(-1, 1, 1)
        yield gradients_of_rows(array[texts, positions], texts, shares).transpose(0, 1)
