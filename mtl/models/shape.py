"""What fixes a network's parameters: all that is needed to load saved weights again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from pydantic import TypeAdapter

from mtl.data.transforms import Transforms
from mtl.extensions import FEATURES
from mtl.features.feature import PartShape
from mtl.models.sharing_way import Sharing, hard_sharing, plain_sharing, sharing_from
from mtl.tasks.task import Task

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


@dataclass(frozen=True)
class HeadShape:
    """One task's head.

    Attributes:
        width: outputs, 1 or the number of classes.
        kind: of the task, for the link from outputs to a prediction.
        reads: positions of the heads whose predictions this head reads.
    """

    width: int
    kind: str = "regression"
    reads: tuple[int, ...] = ()


@dataclass(frozen=True)
class NetworkShape:
    """Everything that fixes the network's parameters, so that saved weights can be loaded again.

    Attributes:
        parts: of the encoder, by the kind of feature, in the encoder's order.
        trunk: widths of the hidden layers.
        members: M, copies that share weights and whose predictions are averaged.
    """

    parts: Mapping[str, PartShape]
    heads: tuple[HeadShape, ...]
    trunk: tuple[int, ...]
    dropout: float = 0.0
    sharing: Sharing = field(default_factory=hard_sharing)
    members: int = 1

    @classmethod
    def of(
        cls, transforms: Transforms, model: "ModelSpec", tasks: Sequence[Task], sharing: Sharing | None = None
    ) -> Self:
        """The shape for fitted transforms, a model's settings, the tasks of a run and their way of sharing."""
        parts = {kind: feature.shape(model) for kind, feature in transforms.features.items()}
        return cls(parts, _heads(tasks), model.trunk, model.dropout, sharing or hard_sharing(), model.members)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the parts are a list, whose order is the encoder's."""
        parts = [{"kind": kind, **_part(kind).dump_python(shape, mode="json")} for kind, shape in self.parts.items()]
        return {
            "parts": parts,
            "heads": [asdict(head) for head in self.heads],
            "trunk": list(self.trunk),
            "dropout": self.dropout,
            "sharing": plain_sharing(self.sharing),
            "members": self.members,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        described = [dict(part) for part in plain["parts"]]
        kinds = [part.pop("kind") for part in described]
        parts = {kind: _part(kind).validate_python(part) for kind, part in zip(kinds, described, strict=True)}
        heads = TypeAdapter(tuple[HeadShape, ...]).validate_python(plain["heads"])
        sharing = sharing_from(plain["sharing"])
        return cls(parts, heads, tuple(plain["trunk"]), plain["dropout"], sharing, plain["members"])


def _part(kind: str) -> TypeAdapter[PartShape]:
    return TypeAdapter(FEATURES.get(kind).part_shape)


def _heads(tasks: Sequence[Task]) -> tuple[HeadShape, ...]:
    """A part that the run does not train is not read: a single-task baseline sees the features alone."""
    positions = {task.name: k for k, task in enumerate(tasks)}
    return tuple(
        HeadShape(task.width, task.kind, tuple(positions[part] for part in task.composed_of if part in positions))
        for task in tasks
    )
