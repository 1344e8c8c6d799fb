import numpy as np
import torch

from mtl.weighting.scheme import FloatArray, Observation
from mtl.weighting.schemes.gradnorm import GradNorm
from tests.mtl.weighting.families import run


def _constant(norms: list[float], losses: list[float]) -> Observation:
    return Observation(np.array(losses), np.diag(np.square(norms)), None, 0)


def test_the_step_descends_the_papers_objective() -> None:
    alpha, learning_rate = 1.5, 0.01
    scheme = GradNorm(alpha, learning_rate)
    norms, losses, first_losses = np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.9, 0.2]), np.array([1.0, 1.0, 2.0])
    state = {"weights": np.array([0.8, 1.2, 1.0]), "first_losses": first_losses}
    _, advanced = scheme.weigh(Observation(losses, np.diag(norms**2), None, 0), state)

    weights = torch.from_numpy(state["weights"]).requires_grad_()
    weighted = weights * torch.from_numpy(norms)
    mean = weighted.mean().detach()
    ratios = torch.from_numpy(losses / first_losses)
    target = mean * (ratios / ratios.mean()) ** alpha
    ((weighted - target).abs().sum() / mean).backward()
    assert weights.grad is not None
    stepped: FloatArray = (weights - learning_rate * weights.grad).detach().numpy()
    np.testing.assert_allclose(advanced["weights"], 3.0 * stepped / stepped.sum(), rtol=1e-12)


def test_weighted_norms_even_out_when_all_tasks_train_at_one_rate() -> None:
    scheme = GradNorm(learning_rate=0.01)
    weights, _ = run(scheme, [_constant([1.0, 3.0], [1.0, 1.0])] * 500, scheme.init(2, seed=0))
    np.testing.assert_array_equal(weights[0], [1.0, 1.0])
    np.testing.assert_allclose(weights[-1], [1.5, 0.5], atol=0.05)


def test_a_task_that_trains_slower_gets_more_weight() -> None:
    scheme = GradNorm()
    observations = [_constant([1.0, 1.0], [1.0, 1.0]), *[_constant([1.0, 1.0], [0.9, 0.3])] * 20]
    weights, _ = run(scheme, observations, scheme.init(2, seed=0))
    assert weights[-1][0] > 1.2
    np.testing.assert_allclose(np.sum(weights, axis=1), 2.0)


def test_weights_stay_where_no_task_has_a_gradient() -> None:
    scheme = GradNorm()
    weights, _ = run(scheme, [_constant([0.0, 0.0], [1.0, 2.0])] * 3, scheme.init(2, seed=0))
    np.testing.assert_array_equal(weights, np.ones((3, 2)))


def test_weights_stay_positive_however_much_the_norms_differ() -> None:
    scheme = GradNorm(learning_rate=1.0)
    weights, _ = run(scheme, [_constant([1e-8, 1e8], [1.0, 1.0])] * 50, scheme.init(2, seed=0))
    assert (np.array(weights) > 0.0).all()
