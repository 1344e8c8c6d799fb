"""Small losses: each candidate a little worse than the champion, and far above the single-task models.

A test side of fresh rows at each tick. The champion and the anchor follow the rules of a study.
"""

from dataclasses import dataclass

import numpy as np

from mtl.gate_trials.closed_choice import Chosen
from mtl.gate_trials.trial_decision import decide_trial
from mtl.run_names import RunName
from mtl.study.anchoring import anchor_is_passed
from mtl.study.measured import ChampionPredictions, Measured
from tests.gate.measuring import FAR, FRESH_SEEDS, POLICY, ROWS, SEED, errors_of, first_look, measured_of
from tests.gate.scenario import Answers, Scenario

TICKS, STEP, TOLERANCE = 50, 0.1, 3.0
"""Loss of each candidate and tolerance, in standard errors of the difference of two versions."""

TOLERATING = POLICY.model_copy(update={"tolerance": {"t0": TOLERANCE}})


@dataclass(frozen=True)
class Served:
    """How good the champion and the anchor are in truth, and their versions."""

    champion: float = 0.0
    anchor: float = 0.0
    version: str = "0"
    anchored: str = "0"


def final_loss(trial: int, *, before: bool, worse: bool = True) -> float:
    """By how much the last champion is worse than the first; `worse`: than the champion of the day, else the first."""
    rng, served = np.random.default_rng([SEED + 2, trial]), Served()
    for tick in range(1, TICKS + 1):
        quality = (served.champion if worse else 0.0) - STEP
        served = _after(served, quality, str(tick), rng, before)
    return -served.champion


def _after(served: Served, quality: float, version: str, rng: np.random.Generator, before: bool) -> Served:
    measured = _measured(served, quality, rng)
    if before:
        decided = decide_trial(measured, TOLERATING, None, rules=3)
    else:
        decided = decide_trial(measured, TOLERATING, first_look())
    if not decided.decision.promote or decided.comparison is None:
        return served
    moves = anchor_is_passed(decided.comparison, served.anchored)
    anchor, anchored = (quality, version) if moves else (served.anchor, served.anchored)
    return Served(quality, anchor, version, anchored)


def _measured(served: Served, quality: float, rng: np.random.Generator) -> Measured:
    seeds = FRESH_SEEDS[:3]
    ours, theirs = ([of(seed) for seed in seeds] for of in (_multi, _single))
    noise = {name: rng.normal(size=ROWS) for name in (*map(str, ours), *map(str, theirs), "champion", "anchor")}
    errors = {run: {"t0": errors_of(FAR + quality, (0.5, noise[str(run)]))} for run in ours}
    errors |= {run: {"t0": errors_of(0.0, (0.5, noise[str(run)]))} for run in theirs}
    champion = ChampionPredictions(served.version, {"t0": errors_of(FAR + served.champion, (0.5, noise["champion"]))})
    former = {"champion": champion}
    if served.anchored != served.version:
        anchor = {"t0": errors_of(FAR + served.anchor, (0.5, noise["anchor"]))}
        former["anchor"] = ChampionPredictions(served.anchored, anchor)
    return measured_of(errors, Chosen(ours[0], {"t0": theirs[0]}), seeds, former)


def _multi(seed: int) -> RunName:
    return RunName.multi("equal", seed)


def _single(seed: int) -> RunName:
    return RunName.single("t0", seed)


def _creep(trial: int) -> Answers:
    answers: dict[tuple[str, str], bool | float] = {}
    for column, before in (("before", True), ("now", False)):
        loss = final_loss(trial, before=before)
        answers["loss of the last champion, in standard errors", column] = loss
        answers["loss of the last champion, in tolerances", column] = loss / TOLERANCE
        answers["loss beyond the tolerance", column] = loss > TOLERANCE
    return answers


def scenarios() -> tuple[Scenario, ...]:
    return (
        Scenario(
            f"Creep: {TICKS} candidates, each {STEP:g} standard errors worse than the champion of the day",
            f"Far above the single-task models; a fresh test side each; tolerance: {TOLERANCE:g} standard errors.",
            100,
            _creep,
        ),
    )
