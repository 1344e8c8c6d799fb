"""Random numbers of a step, from the seed and the step count alone.

A generator costs more to make than a step's numbers: those of a block of steps are drawn at once, and kept while the
steps of the block pass. What a step gets does not depend on which steps were asked for before it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtl.weighting.scheme import FloatArray, State

BLOCK = 64
"""Steps per block."""

Orders: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.intp]]


def draw_state(seed: int) -> State:
    """The state of a randomised scheme before its first step."""
    return {"seed": np.array(float(seed)), "step": np.array(0.0)}


def normal_numbers(state: State, count: int) -> tuple[FloatArray, State]:
    """Independent standard normal numbers of this step, [count], and the state of the next one."""
    return _of_step(_normal_block, state, count)


def random_orders(state: State, num_tasks: int) -> tuple[Orders, State]:
    """For each task the other tasks in random order, [K, K − 1], at this step; and the state of the next one."""
    return _of_step(_order_block, state, num_tasks)


def _of_step(block: Callable[[int, int, int], NDArray[Any]], state: State, size: int) -> tuple[Any, State]:
    step = int(state["step"])
    numbers = block(int(state["seed"]), step // BLOCK, size)[step % BLOCK]
    return numbers, {**state, "step": np.array(step + 1.0)}


@lru_cache(maxsize=8)
def _normal_block(seed: int, block: int, count: int) -> FloatArray:
    return _read_only(_generator(seed, block).standard_normal((BLOCK, count)))


@lru_cache(maxsize=8)
def _order_block(seed: int, block: int, num_tasks: int) -> NDArray[np.intp]:
    keys = _generator(seed, block).random((BLOCK, num_tasks, num_tasks))
    keys[:, range(num_tasks), range(num_tasks)] = 2.0
    return _read_only(keys.argsort(axis=2)[:, :, :-1])


def _generator(seed: int, block: int) -> np.random.Generator:
    # The block fills the upper half of the 256-bit counter: streams of different blocks never meet.
    return np.random.Generator(np.random.Philox(key=seed, counter=block << 128))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """What is kept must not be changed by whoever is given it."""
    array.setflags(write=False)
    return array
