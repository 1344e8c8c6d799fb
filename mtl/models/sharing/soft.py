"""Soft sharing: a network per task, whose parameters a penalty pulls together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import SHARING
from mtl.models.batch import Batch
from mtl.models.body import Body, SharedOutputs
from mtl.models.shape import NetworkShape
from mtl.models.sharing.hard import HardBody
from mtl.models.sharing_way import Sharing
from mtl.options import NonNegative

Penalty = Literal["l2", "trace_norm"]

NEGLIGIBLE = 1e-6
"""A squared singular value below this share of the largest is rounding in float32, and has no direction."""


@SHARING.register
@final
@dataclass(frozen=True)
class Soft(Sharing):
    """One network per task, their parameters pulled together; no parameter is shared.

    Attributes:
        penalty: l2: squared distance to the tasks' mean; trace_norm: of the tasks' stacked parameters.
        strength: weight of the penalty, which is added to the loss.
    """

    paper: ClassVar[str] = "Duong et al. 2015, ACL; Yang and Hospedales 2017, arXiv 1606.04038"
    shares_parameters: ClassVar[bool] = False

    penalty: Penalty = "l2"
    strength: NonNegative = 1e-2

    @override
    def body(self, shape: NetworkShape) -> Body:
        return SoftBody(shape, self.penalty, self.strength)


@final
class SoftBody(Body):
    """One encoder and trunk per task, and a penalty on θ [K, n], the tasks' values of one parameter, for each of them:

    l2: Σₖ‖θₖ − mean θ‖² (Duong et al. 2015, ACL, between two parsers; here each to the mean of all).
    trace_norm: the sum of the singular values of θ (Yang and Hospedales 2017, arXiv 1606.04038, last axis flattening).

    No parameter is reached by the gradients of two tasks, so there is no Gramian to look at: schemes that read one are
    not defined.
    """

    def __init__(self, shape: NetworkShape, penalty: Penalty, strength: float) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = None
        self.bodies = nn.ModuleList(HardBody(shape) for _ in shape.heads)
        self.penalty, self.strength = penalty, strength

    @override
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        return SharedOutputs((), (torch.stack([body.represent(batch) for body in self._hard_bodies]),), None)

    @override
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        return by_task[0]

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return ()

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.bodies.parameters())

    @property
    def _hard_bodies(self) -> list[HardBody]:
        return [body for body in self.bodies if isinstance(body, HardBody)]

    @override
    @torch.no_grad()
    def add_penalty_gradient(self) -> None:
        """Add the gradient of strength × penalty to the parameters' `.grad`."""
        pull = _towards_mean if self.penalty == "l2" else _towards_low_rank
        for parameters in zip(*(body.parameters() for body in self.bodies), strict=True):
            stacked = torch.stack([parameter.flatten() for parameter in parameters])
            for parameter, gradient in zip(parameters, pull(stacked), strict=True):
                if parameter.grad is not None:
                    parameter.grad.add_(gradient.view_as(parameter), alpha=self.strength)


def _towards_mean(stacked: Tensor) -> Tensor:
    """The gradient of Σₖ‖θₖ − mean θ‖², [K, n]."""
    return 2 * (stacked - stacked.mean(dim=0))


def _towards_low_rank(stacked: Tensor) -> Tensor:
    """A subgradient of the trace norm: UVᵀ = (θθᵀ)^−½ θ, over the singular values that are not 0; [K, n]."""
    squares, vectors = torch.linalg.eigh((stacked @ stacked.T).double())
    kept = squares > squares[-1] * NEGLIGIBLE
    inverse_root = (vectors[:, kept] / squares[kept].sqrt()) @ vectors[:, kept].T
    low_rank: Tensor = inverse_root.to(stacked.dtype) @ stacked
    return low_rank
