import numpy as np
import pytest

from mtl.weighting.observed import positive_losses, softmax, unit_gramian
from mtl.weighting.scheme import Observation


def test_cosines_and_norms_of_badly_scaled_gradients() -> None:
    G = np.array([[1e-16, 0.5], [0.5, 1e16]])
    unit = unit_gramian(Observation(np.ones(2), G, None, 0))
    np.testing.assert_allclose(unit.cosines, [[1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(unit.norms, [1e-8, 1e8])


def test_a_task_without_a_gradient_is_uncorrelated() -> None:
    G = np.array([[4.0, 0.0], [0.0, 0.0]])
    unit = unit_gramian(Observation(np.ones(2), G, None, 0))
    np.testing.assert_array_equal(unit.cosines, np.eye(2))
    np.testing.assert_array_equal(unit.norms, [2.0, 0.0])
    np.testing.assert_array_equal(unit.inverse_norms, [0.5, 0.0])
    np.testing.assert_array_equal(unit.active, [True, False])


def test_a_gradient_too_small_for_float32_is_none() -> None:
    unit = unit_gramian(Observation(np.ones(2), np.diag([1.0, 1e-70]), None, 0))
    np.testing.assert_array_equal(unit.active, [True, False])


def test_a_gramian_scheme_without_a_gramian_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="needs the Gramian"):
        unit_gramian(Observation(np.ones(2), None, None, 0))


def test_losses_are_held_where_they_can_be_divided_by() -> None:
    losses = positive_losses(Observation(np.array([0.0, 1.0, 1e300]), None, None, 0))
    np.testing.assert_array_equal(losses, [1e-12, 1.0, 1e20])


def test_softmax_of_large_logits() -> None:
    np.testing.assert_allclose(softmax(np.array([1e300, 1e300, 0.0])), [0.5, 0.5, 0.0])
