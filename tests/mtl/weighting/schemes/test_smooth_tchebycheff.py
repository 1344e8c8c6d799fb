import numpy as np
import torch
from torchjd.scalarization import STCH

from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Observation
from mtl.weighting.schemes.smooth_tchebycheff import SmoothTchebycheff


def _at(losses: list[float] | FloatArray, epoch: int) -> Observation:
    return Observation(np.array(losses), None, None, epoch)


def test_log_losses_in_warmup_then_torchjds_smooth_maximum_of_the_log_ratios_to_the_nadir() -> None:
    scheme = SmoothTchebycheff(mu=0.3, warmup_epochs=2)
    state = scheme.init(2, seed=0)
    for losses, epoch in (([9.0, 9.0], 0), ([1.0, 2.0], 1), ([3.0, 6.0], 1)):
        weights, state = scheme.weigh(_at(losses, epoch), state)
        np.testing.assert_allclose(weights, 1.0 / np.array(losses))

    # The nadir is the mean of the last warm-up epoch: 2 and 4.
    now = torch.tensor([1.0, 3.0], dtype=torch.float64, requires_grad=True)
    log_ratios = torch.log(now / torch.tensor([2.0, 4.0]))
    smooth_maximum = STCH(mu=0.3, weights=torch.ones(2, dtype=torch.float64))
    (2.0 * smooth_maximum(log_ratios)).backward()  # times K, as in the official code
    weights, _ = scheme.weigh(_at([1.0, 3.0], 2), state)
    assert now.grad is not None
    np.testing.assert_allclose(weights, now.grad.numpy(), rtol=1e-12)


def test_only_the_worst_task_counts_without_smoothing() -> None:
    scheme = SmoothTchebycheff(mu=1e-3, warmup_epochs=1)
    _, state = scheme.weigh(_at([1.0, 1.0], 0), scheme.init(2, seed=0))
    weights, _ = scheme.weigh(_at([0.8, 0.9], 1), state)
    np.testing.assert_allclose(weights, [0.0, 2.0 / 0.9], atol=1e-12)


def test_a_task_absent_from_the_warmup_is_at_its_nadir() -> None:
    scheme = SmoothTchebycheff(warmup_epochs=1)
    first = weigh_present(scheme, _at([2.0, np.nan], 0), scheme.init(2, seed=0), np.array([True, False]), "ab")
    weights, _ = scheme.weigh(_at([2.0, 5.0], 1), first[1])
    np.testing.assert_allclose(weights, 1.0 / np.array([2.0, 5.0]))
