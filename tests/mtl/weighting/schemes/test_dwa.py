import numpy as np
from torchjd.scalarization import DWA

from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Observation
from mtl.weighting.schemes.dwa import Dwa
from tests.mtl.weighting.references import scalarization_gradient


def _at(losses: list[float] | FloatArray, epoch: int) -> Observation:
    return Observation(np.array(losses), None, None, epoch)


def test_as_torchjd_over_five_epochs_of_three_batches() -> None:
    scheme, reference, rng = Dwa(temperature=2.0), DWA(temperature=2.0), np.random.default_rng(0)
    state = scheme.init(4, seed=0)
    for epoch in range(5):
        for _ in range(3):
            losses = rng.uniform(0.1, 3.0, size=4)
            weights, state = scheme.weigh(_at(losses, epoch), state)
            np.testing.assert_allclose(weights, scalarization_gradient(reference, losses), rtol=1e-12)
        reference.step()


def test_equal_weights_until_two_epochs_are_known() -> None:
    scheme = Dwa()
    state = scheme.init(2, seed=0)
    for epoch in (0, 0, 1, 1):
        weights, state = scheme.weigh(_at([1.0 + epoch, 5.0], epoch), state)
        np.testing.assert_array_equal(weights, [1.0, 1.0])
    weights, _ = scheme.weigh(_at([1.0, 5.0], 2), state)
    # The first loss doubled, the second stayed: ratios 2 and 1, weights 2 softmax(1, ½).
    np.testing.assert_allclose(weights, 2.0 * np.exp([1.0, 0.5]) / np.exp([1.0, 0.5]).sum())


def test_a_task_absent_at_the_start_of_an_epoch_still_ends_its_own() -> None:
    scheme, both = Dwa(), np.array([True, True])
    state = scheme.init(2, seed=0)
    for losses, epoch, present in (
        ([2.0, 2.0], 0, both),
        ([2.0, np.nan], 1, np.array([True, False])),
        ([2.0, 6.0], 1, both),
        ([2.0, np.nan], 2, np.array([True, False])),
    ):
        _, state = weigh_present(scheme, _at(losses, epoch), state, present, "ab")
    weights, _ = weigh_present(scheme, _at([2.0, 1.0], 2), state, both, "ab")
    # Epoch means 2, 2 and 2, 6: ratios 1 and 3.
    np.testing.assert_allclose(weights, 2.0 * np.exp([0.5, 1.5]) / np.exp([0.5, 1.5]).sum())
