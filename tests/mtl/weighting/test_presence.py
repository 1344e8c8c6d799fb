import numpy as np
import pytest

from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.gradvac import GradVac
from mtl.weighting.schemes.mgda import Mgda
from mtl.weighting.schemes.uncertainty import Uncertainty


def test_a_gramian_scheme_sees_the_present_tasks_alone() -> None:
    G = np.array([[4.0, np.nan, 0.0], [np.nan, np.nan, np.nan], [0.0, np.nan, 1.0]])
    observation = Observation(np.array([1.0, np.nan, 1.0]), G, None, 0)
    weights, _ = weigh_present(Mgda(), observation, {}, np.array([True, False, True]))
    np.testing.assert_allclose(weights, [0.2, 0.0, 0.8])


def test_a_weight_per_task_stays_with_its_task() -> None:
    scheme = Fixed((1.0, 2.0, 3.0))
    observation = Observation(np.array([np.nan, 1.0, 1.0]), None, None, 0)
    weights, _ = weigh_present(scheme, observation, scheme.init(3, seed=0), np.array([False, True, True]))
    np.testing.assert_array_equal(weights, [0.0, 2.0, 3.0])


def test_what_is_learned_of_an_absent_task_is_held() -> None:
    scheme = Uncertainty()
    state = scheme.init(2, seed=0)
    both, first = np.array([True, True]), np.array([True, False])
    _, state = weigh_present(scheme, Observation(np.array([2.0, 5.0]), None, None, 0), state, both)
    _, advanced = weigh_present(scheme, Observation(np.array([2.0, np.nan]), None, None, 0), state, first)
    for name, values in advanced.items():
        assert values[1] == state[name][1]
        assert values[0] != state[name][0]


def test_only_pairs_of_present_tasks_advance_and_the_step_counts() -> None:
    scheme = GradVac(beta=0.5)
    G = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]])
    observation = Observation(np.ones(3), G, None, 0)
    _, state = weigh_present(scheme, observation, scheme.init(3, seed=0), np.array([True, True, False]))
    np.testing.assert_allclose(state["targets"], [[0.0, 0.25, 0.0], [0.25, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert state["step"] == 1.0


@pytest.mark.parametrize("scheme", [Uncertainty(), GradVac()])
def test_nothing_happens_in_a_batch_without_any_task(scheme: Uncertainty | GradVac) -> None:
    state = scheme.init(2, seed=0)
    observation = Observation(np.full(2, np.nan), np.full((2, 2), np.nan), None, 0)
    weights, advanced = weigh_present(scheme, observation, state, np.array([False, False]))
    np.testing.assert_array_equal(weights, [0.0, 0.0])
    assert advanced is state
