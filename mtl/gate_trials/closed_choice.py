"""Which runs are compared, chosen as a study chooses them, on values of the validation side that were drawn.

A standing is a difference over its standard error. Where that error is known no bootstrap is needed to choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from mtl.evaluation.selection import choose_candidate
from mtl.run_names import RunName, multi_task_runs, single_task_runs

Validation: TypeAlias = Mapping[RunName, Mapping[str, float]]
"""Run → task → its value on validation, higher is better, in standard errors of the difference of two runs."""


@dataclass(frozen=True)
class Chosen:
    """The runs that a decision compares.

    Attributes:
        candidate: the multi-task run.
        baselines: per task, the single-task run.
    """

    candidate: RunName
    baselines: Mapping[str, RunName]


def choose(validation: Validation, tasks: Sequence[str]) -> Chosen:
    """The best single-task run of each task, and the multi-task run whose worst task stands best against them.

    Raises:
        ValueError: no multi-task run, or a task without a single-task run.
    """
    baselines = {task: _best(validation, task) for task in tasks}
    standings = {
        run: {task: validation[run][task] - validation[baselines[task]][task] for task in tasks}
        for run in multi_task_runs(validation)
    }
    candidate = choose_candidate(standings)
    if candidate is None:
        raise ValueError("no multi-task run has a value on every task")
    return Chosen(candidate, baselines)


def confirm(validation: Validation, chosen: Chosen, seeds: Sequence[int]) -> Chosen:
    """The choice among what was chosen, trained with fresh seeds; `validation` holds those runs, too."""
    runs = [replace(run, seed=seed) for run in (chosen.candidate, *chosen.baselines.values()) for seed in seeds]
    return choose({run: validation[run] for run in runs}, list(chosen.baselines))


def _best(validation: Validation, task: str) -> RunName:
    return max(single_task_runs(validation, task), key=lambda run: validation[run][task])
