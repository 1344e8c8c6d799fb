"""What fixes a network's parameters: all that is needed to load saved weights again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from mtl.data.transforms import Transforms
from mtl.spec import ModelSpec
from mtl.spec.model import TextEncoder
from mtl.tasks.task import Task


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
    text_encoder: TextEncoder = "mean"

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
            model.text_encoder,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        lists = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return cls(**{**plain, **lists})
