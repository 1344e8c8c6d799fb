"""From a spec's way of sharing to its body."""

from mtl.models.shape import NetworkShape
from mtl.models.sharing.body import Body
from mtl.models.sharing.cross_stitch import CrossStitchBody
from mtl.models.sharing.hard import HardBody
from mtl.models.sharing.mmoe import MmoeBody
from mtl.models.sharing.ple import PleBody
from mtl.models.sharing.soft import SoftBody
from mtl.spec import CrossStitchSharing, MmoeSharing, PleSharing, SoftSharing


def build_body(shape: NetworkShape) -> Body:
    """The body that `shape.sharing` names, with newly drawn parameters."""
    match shape.sharing:
        case SoftSharing(penalty=penalty, strength=strength):
            return SoftBody(shape, penalty, strength)
        case CrossStitchSharing(own=own):
            return CrossStitchBody(shape, own)
        case MmoeSharing(experts=experts):
            return MmoeBody(shape, experts)
        case PleSharing(shared_experts=shared_experts, own_experts=own_experts):
            return PleBody(shape, shared_experts, own_experts)
        case _:
            return HardBody(shape)
