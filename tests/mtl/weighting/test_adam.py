import numpy as np
import torch

from mtl.weighting.adam import adam_state, adam_update


def test_as_torch() -> None:
    initial, rng = np.array([1.0, -2.0, 0.5]), np.random.default_rng(0)
    parameter = torch.tensor(initial, requires_grad=True)
    optimizer = torch.optim.Adam([parameter], lr=0.1)
    state = adam_state(initial)
    for _ in range(10):
        gradient = rng.standard_normal(3) * np.array([1e-6, 1.0, 1e6])
        parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
        state = adam_update(state, gradient, learning_rate=0.1)
        np.testing.assert_allclose(state["parameter"], parameter.detach().numpy(), rtol=1e-9)


def test_the_largest_gradient_makes_a_step_of_the_learning_rate() -> None:
    state = adam_update(adam_state(np.zeros(1)), np.array([1e300]), learning_rate=0.1)
    np.testing.assert_allclose(state["parameter"], [-0.1])
