import numpy as np
import pytest
from torchjd.aggregation import IMTLGWeighting

from mtl.weighting.schemes.imtl_g import ImtlG
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import torchjd_weights, weigh_gradients


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", ["random", "correlated", "conflicting", "rank deficient"])
def test_as_torchjd(family: str, num_tasks: int) -> None:
    J = gradients(family, num_tasks, seed=2)
    np.testing.assert_allclose(weigh_gradients(ImtlG(), J), torchjd_weights(IMTLGWeighting(), J), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("num_tasks", [2, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
def test_equal_projections_on_all_unit_gradients(family: str, num_tasks: int) -> None:
    """Also where the norms differ by 1e16, of which TorchJD's pseudo-inverse of G drops the short gradients."""
    J = gradients(family, num_tasks, seed=2)
    w = weigh_gradients(ImtlG(), J)
    assert w.sum() == pytest.approx(1.0)
    projections = (J / np.linalg.norm(J, axis=1)[:, None]) @ (w @ J)
    np.testing.assert_allclose(projections, projections[0], rtol=1e-6)


def test_no_weights_of_sum_one_for_opposite_gradients() -> None:
    np.testing.assert_array_equal(weigh_gradients(ImtlG(), np.array([[1.0, 0.0], [-1.0, 0.0]])), [0.0, 0.0])
