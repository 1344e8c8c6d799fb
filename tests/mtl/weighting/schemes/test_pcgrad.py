from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torchjd.aggregation import PCGradWeighting

from mtl.weighting.draws import draw_state, random_orders
from mtl.weighting.schemes.pcgrad import PcGrad
from tests.mtl.weighting.families import GENERIC, gradients, observe
from tests.mtl.weighting.references import naive_gradient_surgery, torchjd_weights, weigh_gradients


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", [*GENERIC, "rank deficient"])
def test_as_torchjd_given_the_same_orders(family: str, num_tasks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    J = gradients(family, num_tasks, seed=3)
    orders: Iterator[list[int]] = iter(_orders(num_tasks).tolist())
    monkeypatch.setattr(torch, "randperm", lambda _: torch.tensor(next(orders)))
    np.testing.assert_allclose(weigh_gradients(PcGrad(), J), torchjd_weights(PCGradWeighting(), J), rtol=1e-6)


def test_the_direction_is_that_of_the_papers_algorithm_on_the_gradients() -> None:
    J = gradients("conflicting", 6, seed=1)
    np.testing.assert_allclose(
        weigh_gradients(PcGrad(), J) @ J, naive_gradient_surgery(J, _orders(6)), rtol=1e-9, atol=1e-12
    )


def test_two_conflicting_gradients_by_hand() -> None:
    # s = −1, G = [[1, −1], [−1, 4]]: each loses its part along the other, −s/4 and −s/1.
    weights = weigh_gradients(PcGrad(), np.array([[1.0, 0.0], [-1.0, np.sqrt(3.0)]]))
    np.testing.assert_allclose(weights, [1.0 + 1.0, 1.0 + 0.25])


def test_agreeing_gradients_are_added() -> None:
    weights = weigh_gradients(PcGrad(), np.array([[1.0, 0.0], [1.0, 1.0], [2.0, 0.5]]))
    np.testing.assert_array_equal(weights, [1.0, 1.0, 1.0])


def test_the_order_changes_from_step_to_step_and_with_the_seed() -> None:
    scheme, observation = PcGrad(), observe(gradients("conflicting", 6, seed=1), seed=1)
    first, state = scheme.weigh(observation, scheme.init(6, seed=0))
    second, _ = scheme.weigh(observation, state)
    other_seed, _ = scheme.weigh(observation, scheme.init(6, seed=1))
    assert not np.isclose(first, second).all()
    assert not np.isclose(first, other_seed).all()


def test_every_order_of_the_others_is_drawn_equally_often() -> None:
    counts: dict[tuple[int, ...], int] = {}
    state = draw_state(seed=0)
    for _ in range(3000):
        orders, state = random_orders(state, 4)
        assert [sorted(others) for others in orders.tolist()] == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
        counts[tuple(orders[0].tolist())] = counts.get(tuple(orders[0].tolist()), 0) + 1
    assert len(counts) == 6
    assert all(400 < count < 600 for count in counts.values())


def _orders(num_tasks: int) -> "np.ndarray[tuple[int, int], np.dtype[np.intp]]":
    """The orders of the first step with seed 0."""
    return random_orders(draw_state(seed=0), num_tasks)[0]
