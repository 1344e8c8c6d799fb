import numpy as np
import pytest
from torchjd.aggregation import UPGradWeighting

from mtl.weighting.upgrad import UpGrad
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import (
    NonnegativeLeastSquaresProjector,
    torchjd_weights,
    weigh_gradients,
)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(UPGradWeighting(projector=NonnegativeLeastSquaresProjector(J)), J)
    np.testing.assert_allclose(weigh_gradients(UpGrad(), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [3, 6, 20])
def test_as_torchjd_in_the_direction_where_weights_are_not_unique(num_tasks: int) -> None:
    J = gradients("rank deficient", num_tasks, seed=1)
    theirs = torchjd_weights(UPGradWeighting(projector=NonnegativeLeastSquaresProjector(J)), J) @ J
    np.testing.assert_allclose(weigh_gradients(UpGrad(), J) @ J, theirs, atol=1e-6)


def test_two_conflicting_gradients_by_hand() -> None:
    # G = [[1, −1], [−1, 4]]: v ≥ (½, 0) gives v₂ = ⅛, v ≥ (0, ½) gives v₁ = ½.
    weights = weigh_gradients(UpGrad(), np.array([[1.0, 0.0], [-1.0, np.sqrt(3.0)]]))
    np.testing.assert_allclose(weights, [0.5 + 0.5, 0.5 + 0.125])


def test_the_mean_gradient_without_conflict() -> None:
    J = np.abs(gradients("random", 4, seed=0))
    np.testing.assert_array_equal(weigh_gradients(UpGrad(), J), np.full(4, 0.25))
