"""Retraining on a schedule: fifty candidates that are no better, one after the other, and what the ledger does to it.

Each tick trains both sides anew with three seeds of the search and three fresh ones. What an approach has in common
from tick to tick, 70 % of the rows' variance, stays; the spread over seeds is 1.
"""

import numpy as np

from mtl.evaluation.truth import FloatArray, Predictions
from mtl.gate_trials.closed_choice import Chosen, choose, confirm
from mtl.run_names import RunName
from mtl.study.measured import Measured
from tests.gate.measuring import (
    COMMON,
    FRESH_SEEDS,
    OF_APPROACH,
    OWN,
    ROWS,
    SEARCH_SEEDS,
    SEED,
    errors_of,
    levels_of_rejected,
    measured_of,
    promotes,
)
from tests.gate.scenario import Answers, Scenario

TICKS, FRESH, GAIN = 50, 5, 3.0
LOOKS = (1, 2, 5, 10)


class Schedule:
    """Retrains of one approach on one task; every tick replaces the oldest `fresh` rows."""

    def __init__(self, trial: int, fresh: int, effect: float = 0.0) -> None:
        self.rng = np.random.default_rng([SEED + 1, trial, fresh])
        self.kept = self.rng.normal(size=(2, ROWS + fresh * TICKS))
        self.fresh, self.effect = fresh, effect

    def tick(self, number: int) -> tuple[Measured, Measured]:
        """What is measured at this tick: of the best runs of the search, and of fresh seeds."""
        kept = self.kept[:, number * self.fresh :][:, :ROWS]
        seeds = (*SEARCH_SEEDS, *FRESH_SEEDS[:3])
        quality = np.sqrt(0.5) * self.rng.normal(size=(2, len(seeds))) + [[self.effect], [0.0]]
        own = self.rng.normal(size=(2, len(seeds), ROWS))
        runs = {seed: (RunName.multi("equal", seed), RunName.single("t0", seed)) for seed in seeds}
        validation = quality + np.sqrt(OWN) * self.rng.normal(size=quality.shape)
        values = {
            run: {"t0": float(validation[side, at])}
            for at, pair in enumerate(runs.values())
            for side, run in enumerate(pair)
        }
        errors = {seed: self._errors(runs[seed], quality[:, at], own[:, at], kept) for at, seed in enumerate(seeds)}
        searched = choose({run: values[run] for seed in SEARCH_SEEDS for run in runs[seed]}, ["t0"])
        chosen = confirm(values, searched, FRESH_SEEDS[:3])
        return _of(errors, searched, SEARCH_SEEDS, ()), _of(errors, chosen, FRESH_SEEDS[:3], FRESH_SEEDS[:3])

    def _errors(
        self, pair: tuple[RunName, RunName], quality: FloatArray, own: FloatArray, kept: FloatArray
    ) -> dict[RunName, Predictions]:
        ours, theirs = pair
        return {
            ours: {"t0": errors_of(quality[0], (COMMON, kept[0]), (OF_APPROACH, kept[1]), (OWN, own[0]))},
            theirs: {"t0": errors_of(quality[1], (OWN, own[1]))},
        }

    def any_promoted(self, *, before: bool) -> bool:
        """Whether any of the ticks promotes; a look that the ledger refuses shows nothing."""
        levels = levels_of_rejected(TICKS, self.fresh)
        for number in range(TICKS):
            searched, confirmed = self.tick(number)
            if before:
                if promotes(searched, before=True):
                    return True
            elif (grant := levels[number]) is not None:
                if promotes(confirmed, grant):
                    return True
            elif not self.fresh:
                return False
        return False


def _of(
    errors: dict[int, dict[RunName, Predictions]], chosen: Chosen, seeds: tuple[int, ...], confirming: tuple[int, ...]
) -> Measured:
    return measured_of({run: each for seed in seeds for run, each in errors[seed].items()}, chosen, confirming)


def _null(trial: int) -> Answers:
    return {
        (told, column): Schedule(trial, fresh).any_promoted(before=before)
        for told, fresh in (("the same rows at every tick", 0), (f"{FRESH} % of the rows new at every tick", FRESH))
        for column, before in (("before", True), ("now", False))
    }


def _power(trial: int) -> Answers:
    answers = {}
    for told, fresh in (("the same rows", 0), (f"{FRESH} % new", FRESH)):
        levels = levels_of_rejected(max(LOOKS), fresh)
        for look in LOOKS:
            grant = levels[look - 1]
            confirmed = Schedule(1000 * look + trial, fresh, GAIN).tick(look - 1)[1]
            answers[told, f"tick {look}"] = grant is not None and promotes(confirmed, grant)
    return answers


def scenarios() -> tuple[Scenario, ...]:
    renewed = FRESH / ROWS * (TICKS - 1)
    return (
        Scenario(
            f"{TICKS} retrains that are no better: any promotion",
            "Bound with the ledger: .05 on the same rows, and .05 more for each renewal of the test side, of which"
            f" there are {renewed:.2f} where {FRESH} % are new; one task, 1 × 3 runs, spread 1.",
            300,
            _null,
        ),
        Scenario(
            f"A true gain of {GAIN:g} standard errors, after rejected looks",
            "Promoted; a refused look does not promote.",
            400,
            _power,
        ),
    )
