import numpy as np
import pytest
from torchjd.aggregation import AlignedMTLWeighting

from mtl.weighting.schemes.aligned import Aligned
from tests.mtl.weighting.families import gradients
from tests.mtl.weighting.references import torchjd_weights, weigh_gradients


@pytest.mark.parametrize("num_tasks", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("family", ["random", "correlated", "conflicting", "rank deficient", "one without gradient"])
@pytest.mark.parametrize("scale", ["min", "median", "rmse"])
def test_as_torchjd(family: str, num_tasks: int, scale: str) -> None:
    J = gradients(family, num_tasks, seed=2)
    ours = weigh_gradients(Aligned(scale), J)  # type: ignore[arg-type]
    theirs = torchjd_weights(AlignedMTLWeighting(scale_mode=scale), J)  # type: ignore[arg-type]
    if np.any(J):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


def test_orthogonal_gradients_are_cut_to_the_shortest() -> None:
    weights = weigh_gradients(Aligned(), np.diag([4.0, 1.0, 2.0]))
    np.testing.assert_allclose(weights, np.array([0.25, 1.0, 0.5]) / 3.0)


def test_equal_weights_without_any_gradient() -> None:
    np.testing.assert_array_equal(weigh_gradients(Aligned(), np.zeros((4, 2))), np.full(4, 0.25))
