"""The contract of a batch's task gradients."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor

from mtl.spec.training_section import GradientSpace
from mtl.weighting.scheme import FloatArray


class TaskGradients(ABC):
    """The task gradients of one batch, to be taken where no graph is recorded (`torch.no_grad`).

    Attributes:
        representation: what the heads read, [B, H] or [K, B, H]; without a graph.
    """

    representation: Tensor

    @abstractmethod
    def gramian(self, slopes: Tensor, space: GradientSpace) -> FloatArray:
        """G = J Jᵀ, [K, K], of the task gradients in a space."""

    @abstractmethod
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        """Fill `.grad` of the body's parameters, shared ones by `weights` [K], each task's own by `own` [K] or by 1."""


def sum_of_gramians(gradients: Iterable[Tensor]) -> FloatArray:
    """Σ J Jᵀ of gradients [K, …] with respect to each of several tensors.

    In float64: the squares of gradients that float32 holds overflow it, or vanish in it.
    """
    wide = (gradient.flatten(1).double() for gradient in gradients)
    return to_array(torch.stack([jacobian @ jacobian.T for jacobian in wide]).sum(dim=0))


def to_array(tensor: Tensor) -> FloatArray:
    """As float64 on the host."""
    array: FloatArray = tensor.double().cpu().numpy()
    return array
