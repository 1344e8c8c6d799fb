"""Independent answers: TorchJD's weightings in float64, and general-purpose solvers on the Jacobian itself."""

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray
from qpsolvers import solve_qp
from scipy.optimize import nnls
from torch import Tensor
from torchjd.aggregation import NashMTL, Weighting
from torchjd.linalg import DualConeProjector, PSDMatrix, QuadprogProjector
from torchjd.scalarization import Scalarizer

from mtl.weighting.scheme import FloatArray, Observation, Scheme


def weigh_gradients(scheme: Scheme, J: FloatArray, losses: FloatArray | None = None) -> FloatArray:
    """The weights of the first step for these gradients."""
    losses = np.ones(len(J)) if losses is None else losses
    weights, _ = scheme.weigh(Observation(losses, J @ J.T, None, 0), scheme.init(len(J), seed=0))
    return weights


def torchjd_weights(weighting: Weighting[PSDMatrix], J: FloatArray) -> FloatArray:
    """The weights of TorchJD for the same Gramian."""
    return weighting(torch.from_numpy(J @ J.T)).detach().numpy().astype(np.float64)


def most_conflicting(weights: FloatArray, J: FloatArray) -> float:
    """The least ⟨gᵢ, d⟩, divided by the length of gᵢ and that of the terms d is made of."""
    norms = np.linalg.norm(J, axis=1)
    return float((J @ (weights @ J) / norms).min() / (norms @ np.abs(weights)))


def torchjd_nash(J: FloatArray) -> FloatArray:
    """TorchJD's Nash-MTL at its first step; it would cut the length of the direction to 1."""
    num_tasks = len(J)
    weights = NashMTL(n_tasks=num_tasks, max_norm=0.0).weighting(torch.from_numpy(J))
    return weights.numpy().astype(np.float64)


def scalarization_gradient(scalarizer: Scalarizer, losses: FloatArray) -> FloatArray:
    """The weights that TorchJD's scalarisation gives the task gradients: its derivative by each loss."""
    values = torch.from_numpy(losses).requires_grad_()
    scalarizer(values).backward()
    assert values.grad is not None
    return values.grad.numpy()


def quadprog_projector(shift: float = 0.0) -> QuadprogProjector:
    """TorchJD's own solver of argmin {vᵀGv : v ≥ u}, which needs a positive definite G.

    By default it adds 1e-4 tr(G) to the diagonal of G, here shift · tr(G).
    """
    return QuadprogProjector(norm_eps=0.0, reg_eps=shift)


class NonnegativeLeastSquaresProjector(DualConeProjector):
    """argmin {vᵀGv : v ≥ u} as nonnegative least squares on the unit gradients, by SciPy.

    G has the square of the gradients' condition number: where they are dependent TorchJD's own projector cannot do
    without a shift, and where their norms differ by 1e16 it leaves the weights of short gradients to rounding.
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


def shortest_by_quadprog(J: FloatArray) -> FloatArray:
    """argmin wᵀGw over the simplex, by an active-set method on the unit gradients, which must be independent."""
    num_tasks, norms = len(J), np.linalg.norm(J, axis=1)
    unit, inverse_norms = J / norms[:, None], norms.min() / norms
    lengths = solve_qp(
        unit @ unit.T,
        np.zeros(num_tasks),
        A=inverse_norms[None],
        b=np.ones(1),
        lb=np.zeros(num_tasks),
        solver="quadprog",
    )
    assert lengths is not None
    return np.asarray(lengths * inverse_norms)


def fair_weights_in_60_digits(J: FloatArray, alpha: float, start: FloatArray) -> FloatArray:
    """The only w > 0 with Gw = w^(−1/α), by Newton's method from `start`."""
    with mpmath.workdps(60):
        power, num_tasks = 1 / mpmath.mpf(alpha), len(J)
        jacobian, w = mpmath.matrix(J.tolist()), mpmath.matrix(start.tolist())
        G = jacobian * jacobian.T
        for _ in range(100):
            # Relative steps, and each equation divided by its right-hand side.
            scale = mpmath.diag([weight**power for weight in w])
            residual = mpmath.ones(num_tasks, 1) - scale * (G * w)
            step = mpmath.lu_solve(scale * G * mpmath.diag(list(w)) + power * mpmath.eye(num_tasks), residual)
            w = mpmath.matrix(
                [weight * max(1 + change, mpmath.mpf("0.1")) for weight, change in zip(w, step, strict=True)]
            )
            if mpmath.norm(residual, mpmath.inf) < mpmath.mpf("1e-30"):
                return np.array([float(weight) for weight in w])
    raise ArithmeticError("no root in 100 steps")
