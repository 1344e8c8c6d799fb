"""Choices on drawn values are those that a study makes."""

import numpy as np
import pytest

from mtl.gate_trials.closed_choice import Chosen, Validation, choose, confirm
from mtl.run_names import RunName

TASKS = ("price", "sold")


def validation(multi: dict[tuple[str, int], tuple[float, float]], single: dict[int, tuple[float, float]]) -> Validation:
    """Values by (scheme, seed) and by seed."""
    found = {RunName.multi(*name): dict(zip(TASKS, values, strict=True)) for name, values in multi.items()}
    alone = {
        RunName.single(task, seed): {task: values[at]}
        for seed, values in single.items()
        for at, task in enumerate(TASKS)
    }
    return {**found, **alone}


def test_the_candidate_is_the_one_whose_worst_task_stands_best() -> None:
    values = validation({("equal", 0): (9.0, 0.5), ("pcgrad", 0): (2.0, 1.5)}, {0: (0.0, 0.0)})
    assert choose(values, TASKS).candidate == RunName.multi("pcgrad", 0)


def test_each_task_has_its_own_best_baseline() -> None:
    values = validation({("equal", 0): (0.0, 0.0)}, {0: (1.0, 2.0), 1: (3.0, -1.0)})
    assert choose(values, TASKS).baselines == {"price": RunName.single("price", 1), "sold": RunName.single("sold", 0)}


def test_a_standing_is_against_the_baseline() -> None:
    values = validation({("equal", 0): (5.0, 1.0), ("pcgrad", 0): (4.5, 9.0)}, {0: (4.0, 0.0)})
    assert choose(values, TASKS).candidate == RunName.multi("equal", 0)


def test_confirming_looks_at_fresh_seeds_of_what_was_chosen_alone() -> None:
    searched = Chosen(RunName.multi("equal", 0), {task: RunName.single(task, 0) for task in TASKS})
    values = validation(
        {("equal", 0): (9.0, 9.0), ("equal", 7): (1.0, 1.0), ("equal", 8): (2.0, 2.0), ("pcgrad", 7): (5.0, 5.0)},
        {0: (9.0, 9.0), 7: (0.0, 1.0), 8: (1.0, 0.0)},
    )
    found = confirm(values, searched, (7, 8))
    assert found.candidate == RunName.multi("equal", 8)
    assert found.baselines == {"price": RunName.single("price", 8), "sold": RunName.single("sold", 7)}


def test_nothing_to_choose_from_is_said() -> None:
    with pytest.raises(ValueError, match="no multi-task run"):
        choose(validation({}, {0: (0.0, 0.0)}), TASKS)
    with pytest.raises(ValueError, match="no multi-task run"):
        choose(validation({("equal", 0): (np.nan, 0.0)}, {0: (0.0, 0.0)}), TASKS)
