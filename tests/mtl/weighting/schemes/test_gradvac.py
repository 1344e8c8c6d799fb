import numpy as np
import pytest
import torch
from torchjd.aggregation import GradVacWeighting

from mtl.weighting.draws import random_orders
from mtl.weighting.scheme import FloatArray
from mtl.weighting.schemes.gradvac import GradVac
from mtl.weighting.schemes.pcgrad import PcGrad
from tests.mtl.weighting.families import gradients, observe
from tests.mtl.weighting.references import torchjd_weights, weigh_gradients


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", ["random", "correlated", "conflicting"])
def test_as_torchjd_over_a_run_given_the_same_orders(
    family: str, num_tasks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, reference = GradVac(beta=0.3), GradVacWeighting(beta=0.3, eps=0.0)
    state = scheme.init(num_tasks, seed=0)
    for step in range(4):
        J = gradients(family, num_tasks, seed=step)
        # TorchJD permutes the positions among the other tasks.
        orders, _ = random_orders(state, num_tasks)
        positions = iter([others - (others > i) for i, others in enumerate(orders)])
        monkeypatch.setattr(torch, "randperm", lambda _, positions=positions: torch.from_numpy(next(positions)))
        expected = torchjd_weights(reference, J)
        weights, state = scheme.weigh(observe(J, seed=0), state)
        np.testing.assert_allclose(weights, expected, rtol=1e-6)


def test_the_first_step_is_gradient_surgery() -> None:
    J = gradients("conflicting", 6, seed=1)
    np.testing.assert_allclose(weigh_gradients(GradVac(), J), weigh_gradients(PcGrad(), J), rtol=1e-9)


def test_a_gradient_is_turned_until_its_cosine_is_the_target() -> None:
    cosine, target = -0.3, 0.4
    J = np.array([[1.0, 0.0], [2.0 * cosine, 2.0 * np.sqrt(1.0 - cosine**2)]])
    state = {**GradVac().init(2, seed=0), "targets": np.array([[0.0, target], [-1.0, 0.0]])}
    weights, advanced = GradVac(beta=0.25).weigh(observe(J, seed=0), state)
    # Only the first task is below its target: g₁′ = g₁ + c g₂, and the second stays: w = (1, 1 + c).
    turned: FloatArray = J[0] + (weights[1] - 1.0) * J[1]
    assert turned @ J[1] / (np.linalg.norm(turned) * np.linalg.norm(J[1])) == pytest.approx(target)
    assert weights[0] == pytest.approx(1.0)
    np.testing.assert_allclose(advanced["targets"][0, 1], 0.75 * target + 0.25 * cosine)


def test_a_target_near_one_gives_finite_weights() -> None:
    state = {**GradVac().init(2, seed=0), "targets": np.ones((2, 2))}
    weights, _ = GradVac().weigh(observe(np.array([[1.0, 0.0], [-1.0, 1e-3]]), seed=0), state)
    assert np.isfinite(weights).all()
