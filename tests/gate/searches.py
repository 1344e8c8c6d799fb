"""False promotions of the whole procedure, and how often a true gain is found."""

from collections.abc import Iterator
from dataclasses import replace

from mtl.gate_trials.trial_decision import decide_trial
from tests.gate.measuring import POLICY, first_look, promotes
from tests.gate.scenario import Answers, Scenario
from tests.gate.searching import Noise, Shape, Study, one_null

SPREADS, SEARCHES, TASKS = (0.0, 0.5, 1.0, 2.0), (1, 5, 25), (1, 3, 6)
GAIN = 3.0
ALL_OF_IT = replace(first_look(), level=0.05, left_after=0.0)
"""As if the whole budget went into one look."""


def _false_promotions(trial: int) -> Answers:
    noise = Noise(trial)
    return {
        (f"K = {tasks}, {approaches} × 3 runs", f"{spread:g}: {column}"): promotes(measured, before=before)
        for tasks in TASKS
        for approaches in SEARCHES
        for spread in SPREADS
        for study in [Study(noise, Shape(one_null(tasks), approaches, spread))]
        for column, measured, before in (("before", study.before(), True), ("now", study.now(), False))
    }


def _level(trial: int) -> Answers:
    noise = Noise(trial)
    return {
        (f"{approaches} × 3 runs", f"{spread:g}"): promotes(
            Study(noise, Shape((0.0,), approaches, spread)).now(), ALL_OF_IT
        )
        for approaches in SEARCHES
        for spread in SPREADS
    }


def _power(trial: int) -> Answers:
    noise = Noise(trial)
    return {
        (f"K = {tasks}, spread {spread:g}", column): answer
        for tasks in TASKS
        for spread in SPREADS
        for column, answer in _of_true_gain(noise, tasks, spread)
    }


def _of_true_gain(noise: Noise, tasks: int, spread: float) -> Iterator[tuple[str, bool]]:
    on_one = Shape(one_null(tasks, GAIN), spread=spread)
    yield "before", promotes(Study(noise, on_one).before(), before=True)
    yield "now", promotes(Study(noise, on_one).now())
    yield "now, on all K tasks", promotes(Study(noise, Shape((GAIN,) * tasks, spread=spread)).now())
    if tasks == 1:
        five = Study(noise, replace(on_one, confirmation=5)).now()
        yield "5 fresh seeds", promotes(five)
        yield "3 fresh seeds, whole budget", promotes(Study(noise, on_one).now(), ALL_OF_IT)
        yield "5 fresh seeds, whole budget", promotes(five, ALL_OF_IT)


def _same(trial: int) -> Answers:
    """The opponent's very predictions as the candidate's."""
    noise = Noise(trial)
    answers = {}
    for tasks in TASKS:
        found = Study(noise, Shape((0.0,) * tasks)).now()
        of_task = {run.task: found.predictions[run][run.task] for run in found.baselines.values() if run.task}
        alike = {run: of_task if run.task is None else each for run, each in found.predictions.items()}
        answers[f"K = {tasks}", "now"] = promotes(replace(found, predictions=alike))
    return answers


def _replaceable(trial: int) -> Answers:
    noise = Noise(trial)
    answers = {}
    for tasks in (3, 6, 10):
        study = Study(noise, Shape((0.0,) * tasks))
        before = decide_trial(study.before(), POLICY, None, rules=3).decision
        answers[f"K = {tasks}", "before"] = bool(before.replaceable)
        answers[f"K = {tasks}", "now"] = bool(decide_trial(study.now(), POLICY, first_look()).decision.replaceable)
    return answers


def _replace_rule(trial: int) -> Answers:
    """`rule: replace`, tolerance of 2 standard errors a task."""
    noise, loss = Noise(trial), 2.0
    answers = {}
    for tasks in TASKS:
        names = Shape((0.0,) * tasks).tasks
        policy = POLICY.model_copy(update={"rule": "replace", "tolerance": dict.fromkeys(names, loss)})
        cases = {"no effect on any task": (0.0,) * tasks}
        if tasks > 1:
            cases["one worse by its tolerance, the others far above"] = one_null(tasks, -loss)
            cases["one without an effect, the others far above: a true gain"] = one_null(tasks)
        for told, effects in cases.items():
            measured = Study(noise, Shape(effects)).now()
            decided = decide_trial(measured, policy, first_look())
            answers[told, f"K = {tasks}"] = decided.decision.promote
    return answers


def scenarios() -> tuple[Scenario, ...]:
    spread = "Spread: of the paired difference over seeds, in standard errors of the test side"
    return (
        Scenario(
            "False promotions of a study",
            "One task without an effect, the others far above. Before: the best runs of the search decide, at level"
            " .05; now: three fresh seeds, in the first look at the rows, at level .0167. By spread: of the paired"
            " difference over seeds, in standard errors of the test side.",
            400,
            _false_promotions,
        ),
        Scenario(
            "The level of one look that spends the whole budget",
            "One task without an effect, at level .05, by spread.",
            400,
            _level,
        ),
        Scenario(
            "How often a true gain is found",
            f"A gain of {GAIN:g} standard errors on one task, the others far above, or on all; 5 × 3 runs. {spread}.",
            400,
            _power,
        ),
        Scenario("The same artifact against itself", "Promoted.", 400, _same),
        Scenario(
            "`replaceable`", "Any task listed, where none has an effect; 5 × 3 runs, spread 1.", 500, _replaceable
        ),
        Scenario(
            "`rule: replace`",
            "Promoted, with a tolerance of 2 standard errors on each task; 5 × 3 runs, spread 1.",
            500,
            _replace_rule,
        ),
    )
