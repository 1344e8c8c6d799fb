"""Lost classes, rare positives and heavy tails."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy.special import expit

from mtl.evaluation.comparison import ChampionAbsent
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.gate_trials.closed_choice import Chosen
from mtl.gate_trials.trial_decision import decide_trial
from mtl.promotion.decision import Decision
from mtl.promotion.evidence import Opponent
from mtl.run_names import RunName
from mtl.spec.gate_section import GateSpec
from mtl.study.measured import Measured
from tests.gate.measuring import FRESH_SEEDS, POLICY, SEED, first_look
from tests.gate.scenario import Answers, Scenario

SEEDS = FRESH_SEEDS[:3]
LENIENT = POLICY.model_copy(update={"min_rare_labels": 2})
"""Judges however few positives there are."""


def _lost_class(trial: int) -> Answers:
    """600 rows of four classes, two rows of the last; the candidate is right more often and never finds that one."""
    rng = np.random.default_rng([SEED + 3, trial])
    labels = np.repeat([0.0, 1.0, 2.0, 3.0], [200, 200, 198, 2])
    truth = TaskTruth("t0", "multiclass", "macro_f1", labels, np.arange(600), ("a", "b", "c", "rare"))

    def decided_for(right: float, rare: bool) -> FloatArray:
        wrong = rng.random(600) > right
        answers = np.where(wrong, (labels + rng.integers(1, 3, 600)) % 3, labels).astype(int)
        answers[-2:] = 3 if rare else 0
        probabilities: FloatArray = 0.9 * np.eye(4)[answers] + 0.025
        return probabilities

    measured = _measured(truth, [decided_for(0.95, False) for _ in SEEDS], [decided_for(0.5, True) for _ in SEEDS])
    found = {"before": _before(measured), "now": _now(measured)}
    answers: dict[tuple[str, str], bool | float] = {}
    for column, decision in found.items():
        answers["objected", column] = not decision.promote
        answers["the class is named", column] = any("rare" in reason for reason in decision.reasons)
    return answers


def _few_positives(trial: int) -> Answers:
    return {
        (
            f"{positives} of 1,000 positive, {resamples:,} resamples: undecided for want of a value",
            column,
        ): undecided_at(trial, positives, resamples, before=column == "before")
        for positives in (10, 30)
        for resamples in (2000, 10_000)
        for column in ("before", "now")
    }


def undecided_at(trial: int, positives: int, resamples: int, *, before: bool = False) -> bool:
    """Whether resamples without a value leave a task of 1,000 rows undecided."""
    measured = _ranked(trial, 1000, positives)
    decide = _before if before else _now
    return "undefined" in decide(measured, LENIENT, resamples).verdicts[0].reason


def _level_with_few(trial: int) -> Answers:
    found = {
        "30 of 1,000 positive, no better: promoted": _ranked(trial, 1000, 30),
        "10 of 1,000 positive: judged": _ranked(trial, 1000, 10),
        "1 of 100 positive: judged": _ranked(trial, 100, 1),
    }
    answers: dict[tuple[str, str], bool | float] = {}
    for row, measured in found.items():
        for column, decision in (("before", _before(measured)), ("now", _now(measured))):
            reason = decision.verdicts[0].reason
            judged = not any(told in reason for told in ("not judged", "are needed", "undefined", "not finite"))
            answers[row, column] = judged if "judged" in row else decision.promote
    return answers


def _heavy_tails(trial: int) -> Answers:
    answers: dict[tuple[str, str], bool | float] = {}
    for told, metric, power in (("RMSE", "rmse", 2.0), ("absolute error", "mae", 1.0)):
        for errors in ("ten times as large on 1 row in 100", "of a t distribution, 3 degrees of freedom"):
            for rows in (300, 1000):
                measured = _with_tails(trial, rows, metric, power, of_t="t" in errors.split())
                before, now = _before(measured), _now(measured)
                row = f"{told}, {rows:,} rows, the candidate's errors {errors}"
                answers[row, "promoted before"] = before.promote
                answers[row, "promoted now"] = now.promote
                answers[row, "warned of"] = bool(now.warnings)
                answers[row, "promoted without a warning"] = now.promote and not now.warnings
    return answers


def _with_tails(trial: int, rows: int, metric: str, power: float, of_t: bool) -> Measured:
    """Normal errors of the opponent; in truth the candidate's have the same mean, of the `power` of their size."""
    rng = np.random.default_rng([SEED + 4, trial, rows, int(power), of_t])
    truth = TaskTruth("t0", "regression", metric, rng.normal(size=rows), np.arange(rows))
    if of_t:
        drawn = rng.standard_t(3, size=rows)
        mean = 3.0 if power == 2.0 else 2.0 * np.sqrt(3.0) / np.pi  # of t² and of |t|, with 3 degrees of freedom
    else:
        drawn = rng.normal(size=rows) * np.where(rng.random(rows) < 0.01, 10.0, 1.0)
        mean = (0.99 + 0.01 * 10.0**power) * (1.0 if power == 2.0 else np.sqrt(2.0 / np.pi))
    usual = 1.0 if power == 2.0 else np.sqrt(2.0 / np.pi)
    large = drawn * (usual / mean) ** (1.0 / power)
    theirs = rng.normal(size=rows)
    fixed = [truth.labels + each for each in (large, theirs)]
    return _measured(truth, [fixed[0]] * len(SEEDS), [fixed[1]] * len(SEEDS), np.array([1000.0]))


def _ranked(trial: int, rows: int, positives: int) -> Measured:
    """Both rank equally well: a signal that they share, and noise of their own."""
    rng = np.random.default_rng([SEED + 5, trial, rows, positives])
    labels = rng.permutation(np.arange(rows) < positives).astype(float)
    signal = 1.5 * labels + 0.7 * rng.normal(size=rows)
    truth = TaskTruth("t0", "binary", "roc_auc", labels, np.arange(rows), ("no", "yes"))

    def ranked(own: FloatArray) -> list[FloatArray]:
        return [expit(signal + 0.5 * own + 0.3 * rng.normal(size=rows)) for _ in SEEDS]

    return _measured(truth, ranked(rng.normal(size=rows)), ranked(rng.normal(size=rows)), np.array([0.5]))


def _measured(
    truth: TaskTruth, ours: Iterable[FloatArray], theirs: Iterable[FloatArray], constant: FloatArray | None = None
) -> Measured:
    """One task; the first of each is what is compared."""
    runs = [(RunName.multi("equal", seed), RunName.single("t0", seed)) for seed in SEEDS]
    predictions = {pair[0]: {"t0": each} for pair, each in zip(runs, ours, strict=True)}
    predictions |= {pair[1]: {"t0": each} for pair, each in zip(runs, theirs, strict=True)}
    chosen = Chosen(runs[0][0], {"t0": runs[0][1]})
    likeliest = np.eye(len(truth.classes))[0] if constant is None else constant
    return Measured(
        {"t0": truth},
        predictions,
        chosen.candidate,
        chosen.baselines,
        ChampionAbsent(),
        opponents={"t0": Opponent()},
        constants={"t0": likeliest},
        confirming=SEEDS,
    )


def _now(measured: Measured, policy: GateSpec = POLICY, resamples: int = 2000) -> Decision:
    return decide_trial(measured, policy, first_look(), resamples=resamples).decision


def _before(measured: Measured, policy: GateSpec = POLICY, resamples: int = 2000) -> Decision:
    return decide_trial(replace(measured, confirming=()), policy, None, rules=3, resamples=resamples).decision


def scenarios() -> tuple[Scenario, ...]:
    return (
        Scenario(
            "A class that is lost",
            "2 of 600 rows are of a class that the opponent finds and the candidate, right on 95 % instead of 50 % of"
            " the others, does not; macro F1.",
            100,
            _lost_class,
        ),
        Scenario("Rare positives and the number of resamples", "`min_rare_labels: 2`; ROC AUC.", 60, _few_positives),
        Scenario("Rare positives: the level, and what is judged", "The default policy; ROC AUC.", 400, _level_with_few),
        Scenario(
            "Heavy tails",
            "Errors of equal mean square, or size, in truth; no interval repairs this: it is warned of as far as it can"
            " be seen.",
            400,
            _heavy_tails,
        ),
    )
