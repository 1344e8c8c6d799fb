"""Parts of encoders, and batches for them."""

import torch
from torch import Tensor

from mtl.features.feature import PartShape
from mtl.features.kinds.categorical import CategoryShape
from mtl.features.kinds.text import TextShape
from mtl.features.plain import PlainShape
from mtl.models.batch import Batch


def parts(
    numbers: int = 0,
    cardinalities: tuple[int, ...] = (),
    vocabulary: int = 0,
    text: str = "mean",
    width: int = 2,
    text_width: int = 2,
) -> dict[str, PartShape]:
    """A part for so many numbers, one for columns of so many categories, one for a text of so many words, if any."""
    every = {
        "numeric": PlainShape(numbers) if numbers else None,
        "categorical": CategoryShape(cardinalities, width) if cardinalities else None,
        "text": TextShape(text, (vocabulary,), 4, text_width) if vocabulary else None,
    }
    return {kind: shape for kind, shape in every.items() if shape is not None}


def batch_of(numbers: Tensor | None = None, codes: Tensor | None = None, tokens: Tensor | None = None) -> Batch:
    """A batch of what is given."""
    every = {"numeric": numbers, "categorical": codes, "text": tokens}
    return Batch({kind: array for kind, array in every.items() if array is not None})


def codes_of(cardinalities: tuple[int, ...], rows: int, draw: torch.Generator) -> Tensor | None:
    """Random codes of some columns; None without any."""
    columns = [torch.randint(size, (rows,), generator=draw) for size in cardinalities]
    return torch.stack(columns, dim=1) if columns else None
