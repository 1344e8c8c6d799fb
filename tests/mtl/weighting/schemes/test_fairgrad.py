import numpy as np
import pytest
from torchjd.aggregation import FairGradWeighting

from mtl.weighting.scheme import FloatArray
from mtl.weighting.schemes.fairgrad import FairGrad
from mtl.weighting.schemes.nash import Nash
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import fair_weights_in_60_digits, torchjd_weights, weigh_gradients


def _violation(w: FloatArray, J: FloatArray, alpha: float) -> float:
    """How far Gw · w^(1/α) is from 1."""
    return float(np.abs(J @ (w @ J) * w ** (1.0 / alpha) - 1.0).max())


@pytest.mark.parametrize("num_tasks", [1, 2, 6, 20, 50])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 5.0])
def test_the_fairness_equation(family: str, num_tasks: int, alpha: float) -> None:
    J = gradients(family, num_tasks, seed=1)
    w = weigh_gradients(FairGrad(alpha), J)
    assert (w > 0.0).all()
    # Gw is known no better than the terms it is made of.
    norms = np.linalg.norm(J, axis=1)
    np.testing.assert_array_less(np.abs(J @ (w @ J) - w ** (-1.0 / alpha)), 1e-10 * norms * (norms @ w))
    if family != "scaled":
        assert _violation(w, J, alpha) < 1e-9


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize(
    ("family", "num_tasks", "seed"),
    [
        *((family, num_tasks, 1) for family in ("random", "correlated", "conflicting") for num_tasks in (2, 3, 6, 20)),
        # With fewer dimensions than tasks, there is a solution unless some convex combination vanishes.
        ("rank deficient", 2, 0),
        ("rank deficient", 3, 1),
        ("rank deficient", 3, 2),
        ("rank deficient", 6, 2),
        ("rank deficient", 20, 0),
    ],
)
def test_as_torchjd(family: str, num_tasks: int, seed: int, alpha: float) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(FairGradWeighting(alpha=alpha), J)
    np.testing.assert_allclose(weigh_gradients(FairGrad(alpha), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 5.0])
def test_the_root_in_60_digits_where_norms_differ_by_1e16(num_tasks: int, alpha: float) -> None:
    J = gradients("scaled", num_tasks, seed=0)
    ours = weigh_gradients(FairGrad(alpha), J)
    np.testing.assert_allclose(ours, fair_weights_in_60_digits(J, alpha, start=ours), rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 6, 20])
def test_torchjds_least_squares_miss_the_root_where_norms_differ_by_1e16(num_tasks: int) -> None:
    J = gradients("scaled", num_tasks, seed=0)
    ours, theirs = weigh_gradients(FairGrad(2.0), J), torchjd_weights(FairGradWeighting(alpha=2.0), J)
    assert _violation(theirs, J, 2.0) > 0.1
    assert _violation(ours, J, 2.0) < 1e-6


def test_alpha_one_is_nash() -> None:
    J = gradients("conflicting", 5, seed=0)
    np.testing.assert_allclose(weigh_gradients(FairGrad(1.0), J), weigh_gradients(Nash(), J), rtol=1e-12)


def test_orthogonal_gradients_by_hand() -> None:
    # w n² = w^(−½): w = n^(−4/3).
    np.testing.assert_allclose(weigh_gradients(FairGrad(2.0), np.diag([8.0, 1.0])), [1.0 / 16.0, 1.0])
