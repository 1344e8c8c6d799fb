"""Means of an epoch count the steps in which a task was there."""

import numpy as np
import pytest

from mtl.training.history import EpochMeans, History, gradient_cosines
from mtl.training.step import StepResult


def test_means_skip_steps_in_which_a_task_was_absent() -> None:
    means = EpochMeans(2)
    means.add(StepResult(np.array([1.0, np.nan]), np.array([2.0, 0.0]), None, {}))
    means.add(StepResult(np.array([3.0, 5.0]), np.array([4.0, 6.0]), np.array([[4.0, -2.0], [-2.0, 4.0]]), {}))
    history: History = {}
    means.append_to(history, ["a", "b"])
    assert history == {
        "loss/a": [2.0],
        "loss/b": [5.0],
        "weight/a": [3.0],
        "weight/b": [6.0],
        "cosine/a/b": [-0.5],
    }


def test_what_was_never_there_is_nan_and_not_zero() -> None:
    history: History = {}
    EpochMeans(2).append_to(history, ["a", "b"])
    assert all(np.isnan(values).all() for values in history.values())


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_cosines_do_not_depend_on_the_size_of_gradients(scale: float) -> None:
    gradients = scale * np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    cosines = gradient_cosines(gradients @ gradients.T)
    assert cosines[0, 1] == pytest.approx(np.sqrt(0.5))
    assert np.isnan(cosines[2]).all()
