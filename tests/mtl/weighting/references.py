"""Independent answers: TorchJD's weightings in float64, and general-purpose solvers on the Jacobian itself."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import nnls
from torch import Tensor
from torchjd.aggregation import Weighting
from torchjd.linalg import DualConeProjector, PSDMatrix
from torchjd.scalarization import Scalarizer

from mtl.weighting.base import FloatArray, Observation, Scheme


def weigh_gradients(scheme: Scheme, J: FloatArray, losses: FloatArray | None = None) -> FloatArray:
    """The weights of the first step for these gradients."""
    losses = np.ones(len(J)) if losses is None else losses
    weights, _ = scheme.weigh(Observation(losses, J @ J.T, None, 0), scheme.init(len(J), seed=0))
    return weights


def torchjd_weights(weighting: Weighting[PSDMatrix], J: FloatArray) -> FloatArray:
    """The weights of TorchJD for the same Gramian."""
    return weighting(torch.from_numpy(J @ J.T)).detach().numpy().astype(np.float64)


def scalarization_gradient(scalarizer: Scalarizer, losses: FloatArray) -> FloatArray:
    """The weights that TorchJD's scalarisation gives the task gradients: its derivative by each loss."""
    values = torch.from_numpy(losses).requires_grad_()
    scalarizer(values).backward()
    assert values.grad is not None
    return values.grad.numpy()


class NonnegativeLeastSquaresProjector(DualConeProjector):
    """argmin {vᵀGv : v ≥ u} as nonnegative least squares on the unit gradients, by SciPy.

    TorchJD's own projector adds 1e-4 tr(G) to the diagonal, too much to compare to 1e-6.
    """

    def __init__(self, J: FloatArray) -> None:
        self.norms = np.linalg.norm(J, axis=1)
        self.unit = J / self.norms[:, None]

    def __call__(self, U: Tensor, G: PSDMatrix) -> Tensor:
        bounds = U.numpy().reshape(-1, len(self.norms)) * self.norms
        raised = [bound + nnls(self.unit.T, -self.unit.T @ bound)[0] for bound in bounds]
        return torch.from_numpy((np.array(raised) / self.norms).reshape(U.shape))


def naive_gradient_surgery(J: FloatArray, orders: NDArray[np.intp]) -> FloatArray:
    """Algorithm 1 of PCGrad on the gradients themselves: the direction."""
    turned = J.copy()
    for i, others in enumerate(orders):
        for j in others:
            product = turned[i] @ J[j]
            if product < 0.0:
                turned[i] -= product / (J[j] @ J[j]) * J[j]
    return np.asarray(turned.sum(axis=0))
