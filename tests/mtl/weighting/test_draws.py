import numpy as np

from mtl.weighting.base import FloatArray
from mtl.weighting.draws import draw, draw_state


def _numbers(seed: int, steps: int) -> list[FloatArray]:
    state, numbers = draw_state(seed), []
    for _ in range(steps):
        generator, state = draw(state)
        numbers.append(generator.random(100))
    return numbers


def test_no_number_is_drawn_at_two_steps_or_for_two_seeds() -> None:
    numbers = np.concatenate([*_numbers(seed=0, steps=20), *_numbers(seed=1, steps=20)])
    assert len(np.unique(numbers)) == len(numbers)


def test_a_step_draws_the_same_however_much_the_steps_before_it_drew() -> None:
    _, state = draw(draw_state(seed=3))
    generator, _ = draw(state)
    np.testing.assert_array_equal(generator.random(100), _numbers(seed=3, steps=2)[1])
