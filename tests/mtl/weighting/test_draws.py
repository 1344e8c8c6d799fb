import numpy as np
import pytest

from mtl.weighting.draws import BLOCK, draw_state, normal_numbers, random_orders
from mtl.weighting.scheme import FloatArray

STEPS = 2 * BLOCK + 3


def _numbers(seed: int, steps: int) -> list[FloatArray]:
    state, numbers = draw_state(seed), []
    for _ in range(steps):
        drawn, state = normal_numbers(state, 5)
        numbers.append(drawn)
    return numbers


def test_no_number_is_drawn_at_two_steps_or_for_two_seeds() -> None:
    numbers = np.concatenate([*_numbers(seed=0, steps=STEPS), *_numbers(seed=1, steps=STEPS)])
    assert len(np.unique(numbers)) == len(numbers)


@pytest.mark.parametrize("step", [0, 1, BLOCK - 1, BLOCK, STEPS - 1])
def test_a_step_draws_the_same_whatever_was_drawn_before(step: int) -> None:
    state = {**draw_state(seed=3), "step": np.array(float(step))}
    alone, advanced = normal_numbers(state, 5)
    np.testing.assert_array_equal(alone, _numbers(seed=3, steps=STEPS)[step])
    assert (float(state["step"]), float(advanced["step"])) == (step, step + 1)


def test_what_was_drawn_cannot_be_changed_for_those_who_ask_again() -> None:
    numbers, _ = normal_numbers(draw_state(seed=3), 5)
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 0.0


@pytest.mark.parametrize("num_tasks", [1, 2, 5])
def test_each_task_gets_the_others_in_some_order(num_tasks: int) -> None:
    orders, _ = random_orders(draw_state(seed=3), num_tasks)
    assert orders.shape == (num_tasks, num_tasks - 1)
    for k, others in enumerate(orders.tolist()):
        assert sorted(others) == [j for j in range(num_tasks) if j != k]
