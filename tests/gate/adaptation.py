"""Someone who reads reports and shapes the next candidate by them.

Each look at the same rows shows by how much a candidate that is no better seemed to be better; the last candidate is
the mean of those that seemed so. With the ledger a refused look shows nothing, and the vote is the last granted look.
"""

import numpy as np

from mtl.gate_trials.closed_choice import Chosen
from mtl.promotion.error_budget import Granted
from mtl.run_names import RunName
from mtl.study.measured import Measured
from tests.gate.measuring import FRESH_SEEDS, ROWS, SEED, errors_of, levels_of_rejected, measured_of, promotes
from tests.gate.scenario import Answers, Scenario

LOOKS = 49
RUN = 0.05
"""Share of the variance of a difference that is one run's own: small, so that a vote gains the most."""

SEEDS = FRESH_SEEDS[:3]


class Adapting:
    """Candidates that differ by their rows' noise alone, and what a vote of some of them would show."""

    def __init__(self, trial: int) -> None:
        rng = np.random.default_rng([SEED + 6, trial])
        self.candidates = rng.normal(size=(LOOKS, ROWS))
        self.alone = rng.normal(size=(len(SEEDS), ROWS))
        self.own = rng.normal(size=(len(SEEDS), ROWS))

    def vote_after(self, looks: int) -> Measured:
        """The mean of the candidates that seemed better in the first so many looks."""
        seen = self.candidates[:looks]
        seeming = -seen.mean(axis=1) * np.sqrt(ROWS)  # a smaller error is better
        lucky = seen[seeming > 0] if (seeming > 0).any() else seen
        errors = {}
        for at, seed in enumerate(SEEDS):
            shares = ((1 - 2 * RUN, lucky.mean(axis=0)), (RUN / len(lucky), self.own[at]))
            errors[RunName.multi("equal", seed)] = {"t0": errors_of(0.0, *shares)}
            errors[RunName.single("t0", seed)] = {"t0": errors_of(0.0, (RUN, self.alone[at]))}
        chosen = Chosen(RunName.multi("equal", SEEDS[0]), {"t0": RunName.single("t0", SEEDS[0])})
        return measured_of(errors, chosen, SEEDS)


def _adapt(trial: int) -> Answers:
    person, levels = Adapting(trial), levels_of_rejected(LOOKS + 1, 0)
    granted = [level for level in levels if level is not None]
    answers: dict[tuple[str, str], bool | float] = {}
    uncounted = levels[0]
    assert uncounted is not None
    for looks in (2, len(granted) - 1, LOOKS):
        row = f"{looks} looks, then a vote"
        answers[row, "without a ledger"] = promotes(person.vote_after(looks), uncounted)
        answers[row, "with it"] = _granted_vote(person, looks, levels[looks])
    return answers


def _granted_vote(person: Adapting, looks: int, level: Granted | None) -> bool:
    return level is not None and promotes(person.vote_after(looks), level)


def scenarios() -> tuple[Scenario, ...]:
    return (
        Scenario(
            "Hand-made adaptation",
            "The vote is promoted, though it is no better; without a ledger each look has the level of a first one.",
            400,
            _adapt,
        ),
    )
