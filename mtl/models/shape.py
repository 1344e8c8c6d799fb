"""What fixes a network's parameters: all that is needed to load saved weights again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import TypeAdapter

from mtl.data.transforms import Transforms
from mtl.models.sharing_way import PlainSharing, Sharing, hard_sharing
from mtl.spec import ModelSpec
from mtl.spec.model_section import TextEncoder
from mtl.tasks.task import Task


@dataclass(frozen=True)
class HeadShape:
    """One task's head.

    Attributes:
        width: outputs, 1 or the number of classes.
        kind: of the task, for the link from outputs to a prediction.
        parts: positions of the heads whose predictions this head reads.
    """

    width: int
    kind: str = "regression"
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class NetworkShape:
    """Everything that fixes the network's parameters, so that saved weights can be loaded again."""

    numeric_width: int
    cardinalities: tuple[int, ...]
    vocabulary_size: int
    heads: tuple[HeadShape, ...]
    trunk: tuple[int, ...]
    dropout: float
    category_width: int
    text_width: int
    text_encoder: TextEncoder = "mean"
    sharing: PlainSharing = field(default_factory=hard_sharing)

    @classmethod
    def of(
        cls, transforms: Transforms, model: ModelSpec, tasks: Sequence[Task], sharing: Sharing | None = None
    ) -> Self:
        """The shape for fitted transforms, a model's settings, the tasks of a run and their way of sharing."""
        return cls(
            transforms.numeric_width,
            transforms.cardinalities,
            transforms.vocabulary_size,
            _heads(tasks),
            model.trunk,
            model.dropout,
            model.category_width,
            model.text_width,
            model.text_encoder,
            sharing=sharing or hard_sharing(),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain: dict[str, Any] = TypeAdapter(type(self)).dump_python(self, mode="json")
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return TypeAdapter(cls).validate_python(plain)


def _heads(tasks: Sequence[Task]) -> tuple[HeadShape, ...]:
    """A part that the run does not train is not read: a single-task baseline sees the features alone."""
    positions = {task.name: k for k, task in enumerate(tasks)}
    return tuple(
        HeadShape(task.width, task.kind, tuple(positions[part] for part in task.composed_of if part in positions))
        for task in tasks
    )
