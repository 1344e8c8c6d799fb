from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from mtl.errors import TrainingDivergedError
from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.gradvac import GradVac
from mtl.weighting.schemes.mgda import Mgda
from mtl.weighting.schemes.uncertainty import Uncertainty

TASKS = ("price", "stars", "mood")
ALL = np.ones(3, dtype=np.bool_)


@dataclass(frozen=True)
class Returning(StatelessScheme):
    """A scheme that returns given weights, whatever it sees."""

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "–"

    given: tuple[float, ...] = (1.0, 1.0, 1.0)

    def weights(self, observation: Observation) -> FloatArray:
        return np.array(self.given)


def seen(
    losses: tuple[float, ...] = (1.0, 1.0, 1.0),
    gramian: FloatArray | None = None,
    losses_after: tuple[float, ...] | None = None,
) -> Observation:
    return Observation(np.array(losses), gramian, None if losses_after is None else np.array(losses_after), 0)


def test_a_gramian_scheme_sees_the_present_tasks_alone() -> None:
    G = np.array([[4.0, np.nan, 0.0], [np.nan, np.nan, np.nan], [0.0, np.nan, 1.0]])
    observation = Observation(np.array([1.0, np.nan, 1.0]), G, None, 0)
    weights, _ = weigh_present(Mgda(), observation, {}, np.array([True, False, True]), TASKS)
    np.testing.assert_allclose(weights, [0.2, 0.0, 0.8])


def test_a_weight_per_task_stays_with_its_task() -> None:
    scheme = Fixed((1.0, 2.0, 3.0))
    observation = Observation(np.array([np.nan, 1.0, 1.0]), None, None, 0)
    weights, _ = weigh_present(scheme, observation, scheme.init(3, seed=0), np.array([False, True, True]), TASKS)
    np.testing.assert_array_equal(weights, [0.0, 2.0, 3.0])


def test_what_is_learned_of_an_absent_task_is_held() -> None:
    scheme = Uncertainty()
    state = scheme.init(2, seed=0)
    both, first = np.array([True, True]), np.array([True, False])
    _, state = weigh_present(scheme, Observation(np.array([2.0, 5.0]), None, None, 0), state, both, TASKS[:2])
    _, advanced = weigh_present(scheme, Observation(np.array([2.0, np.nan]), None, None, 0), state, first, TASKS[:2])
    for name, values in advanced.items():
        assert values[1] == state[name][1]
        assert values[0] != state[name][0]


def test_only_pairs_of_present_tasks_advance_and_the_step_counts() -> None:
    scheme = GradVac(beta=0.5)
    G = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]])
    observation = Observation(np.ones(3), G, None, 0)
    _, state = weigh_present(scheme, observation, scheme.init(3, seed=0), np.array([True, True, False]), TASKS)
    np.testing.assert_allclose(state["targets"], [[0.0, 0.25, 0.0], [0.25, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert state["step"] == 1.0


@pytest.mark.parametrize("scheme", [Uncertainty(), GradVac()])
def test_nothing_happens_in_a_batch_without_any_task(scheme: Uncertainty | GradVac) -> None:
    state = scheme.init(2, seed=0)
    observation = Observation(np.full(2, np.nan), np.full((2, 2), np.nan), None, 0)
    weights, advanced = weigh_present(scheme, observation, state, np.array([False, False]), TASKS[:2])
    np.testing.assert_array_equal(weights, [0.0, 0.0])
    assert advanced is state


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize(
    ("what", "observation"),
    [
        ("training loss of stars", lambda bad: seen(losses=(1.0, bad, 1.0))),
        ("training loss of price, mood", lambda bad: seen(losses=(bad, 1.0, bad))),
        ("gradient of stars", lambda bad: seen(gramian=np.diag([1.0, bad, 1.0]))),
        (
            "gradient of price, mood",
            lambda bad: seen(gramian=np.array([[1, 0, bad], [0, 1, 0], [bad, 0, 1]])),
        ),
        ("training loss after the step of mood", lambda _: seen(losses_after=(1.0, 1.0, np.inf))),
    ],
)
def test_a_scheme_is_given_nothing_that_is_not_finite(
    what: str, observation: Callable[[float], Observation], bad: float
) -> None:
    with pytest.raises(TrainingDivergedError, match=f"the {what} is NaN or infinite; lower training.learning_rate"):
        weigh_present(Returning(), observation(bad), {}, ALL, TASKS)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39, -1e39])
@pytest.mark.parametrize("present", [ALL, np.array([True, False, True])])
def test_a_weight_that_float32_cannot_hold_names_its_task(bad: float, present: NDArray[np.bool_]) -> None:
    scheme = Returning((1.0,) * (int(present.sum()) - 1) + (bad,))
    with pytest.raises(TrainingDivergedError, match="the weight of mood is NaN or infinite"):
        weigh_present(scheme, seen(), {}, present, TASKS)


def test_a_task_without_a_loss_after_the_step_is_no_divergence() -> None:
    weights, _ = weigh_present(Returning(), seen(losses_after=(1.0, np.nan, 1.0)), {}, ALL, TASKS)
    np.testing.assert_array_equal(weights, [1.0, 1.0, 1.0])
