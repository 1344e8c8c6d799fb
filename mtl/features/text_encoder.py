"""The contract of a text encoder: an entry of `mtl/features/text_encoders/`, which learns or is frozen."""

from abc import ABC, abstractmethod
from pathlib import Path

from torch import Tensor
from typing_extensions import override

from mtl.features.feature import EncoderPart


class TextEncoder(EncoderPart, ABC):
    """From tokens of texts, int64 [B, T], padded with `PADDING` at the end, to [B, width]; 0 for a text without any.

    What a text becomes does not depend on its padding, nor on the other texts of the batch.
    """

    @abstractmethod
    def __init__(self, vocabulary_size: int, width: int) -> None:
        """`vocabulary_size`: number of token codes, padding and unknown included. `width`: of a token and of a text."""
        super().__init__()
        self.width = width

    @override
    @abstractmethod
    def forward(self, array: Tensor) -> Tensor: ...


class FrozenTextEncoder(ABC):
    """A frozen dataclass of options that says where a sentence encoder is; its vectors are the features' array."""

    @abstractmethod
    def place(self) -> Path:
        """The folder of its files.

        Raises:
            SpecError: there is none.
        """
