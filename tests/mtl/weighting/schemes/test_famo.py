import numpy as np
import torch
from torchjd.scalarization import FAMO

from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Observation
from mtl.weighting.schemes.famo import Famo
from tests.mtl.weighting.references import scalarization_gradient


def _at(losses: list[float] | FloatArray, after: list[float] | FloatArray | None) -> Observation:
    return Observation(np.array(losses), None, None if after is None else np.array(after), 0)


def test_as_torchjd_over_a_run() -> None:
    scheme, rng = Famo(), np.random.default_rng(0)
    reference = FAMO(4, lr=0.025, weight_decay=1e-3).double()
    state, after = scheme.init(4, seed=0), None
    for _ in range(30):
        losses = rng.uniform(0.1, 3.0, size=4)
        weights, state = scheme.weigh(_at(losses, after), state)
        np.testing.assert_allclose(weights, scalarization_gradient(reference, losses), rtol=1e-6)
        after = losses * rng.uniform(0.5, 1.1, size=4)
        reference.update(torch.from_numpy(after))


def test_a_task_that_gains_more_than_the_others_loses_weight() -> None:
    scheme = Famo()
    first, state = scheme.weigh(_at([1.0, 1.0], None), scheme.init(2, seed=0))
    second, _ = scheme.weigh(_at([1.0, 1.0], [0.5, 0.9]), state)
    np.testing.assert_allclose(first, [0.5, 0.5])
    assert second[0] < 0.5 < second[1]


def test_the_logit_of_a_task_absent_from_the_previous_batch_stands_still() -> None:
    scheme, all_present = Famo(), np.array([True, True, True])
    _, state = weigh_present(scheme, _at([1.0, 1.0, 1.0], None), scheme.init(3, seed=0), all_present, "abc")
    after = [0.5, 0.9, 0.8]
    _, state = weigh_present(scheme, _at([1.0, 1.0, np.nan], after), state, np.array([True, True, False]), "abc")
    before = state["parameter"].copy()
    _, state = weigh_present(scheme, _at([1.0, 1.0, 1.0], [0.5, 0.9, np.nan]), state, all_present, "abc")
    assert state["parameter"][2] == before[2] == 0.0
    assert (state["parameter"][:2] != before[:2]).all()


def test_no_task_in_common_with_the_previous_batch_changes_no_logit() -> None:
    scheme = Famo()
    _, state = weigh_present(scheme, _at([1.0, np.nan], None), scheme.init(2, seed=0), np.array([True, False]), "ab")
    _, state = weigh_present(scheme, _at([np.nan, 1.0], [0.5, np.nan]), state, np.array([False, True]), "ab")
    np.testing.assert_array_equal(state["parameter"], [0.0, 0.0])


def test_losses_after_a_step_that_this_state_did_not_see_change_no_logit() -> None:
    _, state = Famo().weigh(_at([1.0, 2.0], [0.5, 0.9]), Famo().init(2, seed=0))
    np.testing.assert_array_equal(state["parameter"], [0.0, 0.0])
