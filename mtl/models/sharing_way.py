"""The contract of a way of sharing: options, and the body that is built from them.

A way of sharing is a frozen dataclass of options in a file of its own below `mtl/models/sharing/`.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from mtl.catalog import entry_name
from mtl.errors import SpecError
from mtl.extensions import SHARING
from mtl.options import make, plain_options
from mtl.run_names import HARD

if TYPE_CHECKING:
    from mtl.models.body import Body
    from mtl.models.shape import NetworkShape


class Sharing(ABC):
    """How the tasks of a network share parameters.

    The class variables are what a way promises; the shared tests hold every way of the catalog to them.

    Attributes:
        paper: where it comes from.
        shares_parameters: whether the gradients of several tasks reach a parameter; where not, there is no Gramian,
            and schemes that read one are not defined.
    """

    paper: ClassVar[str]
    shares_parameters: ClassVar[bool] = True

    @abstractmethod
    def body(self, shape: "NetworkShape") -> "Body":
        """A body of that shape, with newly drawn parameters."""


def hard_sharing() -> Sharing:
    """The way of sharing that goes without saying."""
    return SHARING.get(HARD)()


def plain_sharing(sharing: Sharing) -> dict[str, Any]:
    """Plain values for JSON: `{"name": "mmoe", "experts": 4}`."""
    return {"name": entry_name(sharing), **plain_options(sharing)}


def sharing_from(plain: object) -> Sharing:
    """The inverse of `plain_sharing`; a way of sharing is itself.

    Raises:
        ValueError: plain values that are of no way of sharing.
    """
    if isinstance(plain, Sharing):
        return plain
    if not isinstance(plain, dict) or "name" not in plain:
        raise ValueError(f"expected a way of sharing by its name, with its options; got {plain!r}")
    try:
        kind: type[Sharing] = SHARING.get(plain["name"])
        return make(kind, {option: value for option, value in plain.items() if option != "name"})
    except SpecError as error:
        raise ValueError(str(error)) from None
