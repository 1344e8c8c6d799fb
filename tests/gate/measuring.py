"""What a decision is made from, of absolute errors that were drawn: their mean is the metric, so that all is linear.

Labels are zero, and a model predicts its error. Half of the rows' noise of a difference is common to all multi-task
models, a fifth to those of one approach, and the rest is each model's own. The unit is the standard error of the
difference of one multi-task and one single-task model.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np

from mtl.evaluation.comparison import ChampionAbsent
from mtl.evaluation.truth import FloatArray, Predictions, TaskTruth
from mtl.gate_trials.closed_choice import Chosen
from mtl.gate_trials.trial_decision import decide_trial
from mtl.promotion.error_budget import Granted, PastLook, grant
from mtl.promotion.evidence import Opponent
from mtl.promotion.unit_sketch import UnitSketch
from mtl.run_names import RunName
from mtl.spec.gate_section import GateSpec
from mtl.study.measured import ChampionPredictions, Measured
from tests.mtl.promotion.looks import ALPHA, rows

SEED = 13
ROWS = 100
"""As few as the default policy judges: what holds for them holds for more."""

COMMON, OF_APPROACH, OWN = 0.5, 0.2, 0.15
"""Shares of the variance of a difference, `OWN` twice: once a side."""

BASE = 300.0
"""A model's mean error, so large that no row's is negative."""

HOPELESS = 10_000.0
"""A constant's mean error."""

FAR = 30.0
"""Far above: an effect that no noise hides."""

POLICY = GateSpec()
SEARCH_SEEDS, FRESH_SEEDS = (0, 1, 2), (101, 102, 103, 104, 105)


def measured_of(
    errors: Mapping[RunName, Predictions],
    chosen: Chosen,
    confirming: tuple[int, ...] = (),
    former: Mapping[str, ChampionPredictions] | None = None,
    constant: float = HOPELESS,
) -> Measured:
    """Of each run's absolute errors on each task; `former`: the champion and the anchor, where there are such."""
    tasks, past = tuple(chosen.baselines), former or {}
    numbers = {task: len(errors[chosen.candidate][task]) for task in tasks}
    return Measured(
        {task: truth_of(task, number) for task, number in numbers.items()},
        errors,
        chosen.candidate,
        chosen.baselines,
        past.get("champion", ChampionAbsent()),
        opponents={task: Opponent() for task in tasks},
        constants={task: np.array([constant]) for task in tasks},
        confirming=confirming,
        anchor=past.get("anchor", ChampionAbsent()),
    )


@cache
def truth_of(task: str, number: int) -> TaskTruth:
    return TaskTruth(task, "regression", "mae", np.zeros(number), np.arange(number))


def errors_of(quality: float, *noise: tuple[float, FloatArray]) -> FloatArray:
    """Absolute errors [n] of a model that is so much better than `BASE`; `noise`: shares of variance and normals."""
    scale = np.sqrt(len(noise[0][1]))
    found: FloatArray = BASE - quality + scale * sum(np.sqrt(share) * normal for share, normal in noise)
    return found


@cache
def levels_of_rejected(number: int, fresh: int) -> tuple[Granted | None, ...]:
    """What the ledger grants looks at `ROWS` rows, of which each time so many are new, while none promotes."""
    past: list[PastLook] = []
    found: list[Granted | None] = []
    for look in range(number):
        units = _window(look * fresh)
        answer = grant(units, past, ALPHA)
        found.append(answer if isinstance(answer, Granted) else None)
        if isinstance(answer, Granted):
            past.append(PastLook(units, answer.level, answer.share_fresh))
    return tuple(found)


def first_look() -> Granted:
    """The grant of a first look."""
    answer = levels_of_rejected(1, 0)[0]
    assert answer is not None
    return answer


@cache
def _window(start: int) -> UnitSketch:
    return rows(range(start, start + ROWS))


def promotes(measured: Measured, budget: Granted | None = None, *, before: bool = False) -> bool:
    """Whether the gate promotes: under the rules of before, or today's in a first look or with another grant."""
    asked = (None, 3) if before else (budget or first_look(), 4)
    return decide_trial(measured, POLICY, asked[0], rules=asked[1]).decision.promote
