"""The comparison that follows from what was measured: every model on the same resamples of the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.comparison import ChampionAnswer, ChampionCompared, ChampionUnknown, Comparison, TaskComparison
from mtl.evaluation.constant_predictor import repeated
from mtl.evaluation.heavy_tails import tail_share
from mtl.evaluation.judgeable import rare_labels
from mtl.evaluation.lost_classes import lost_classes
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference, Trained, procedure_difference
from mtl.evaluation.resampled import Resampled, difference, gain, mean_of
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.slices import compare_slices
from mtl.evaluation.step_down import tasks_better
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.run_names import RunName
from mtl.study.against_incumbents import against_incumbents
from mtl.study.measured import ChampionPredictions, Measured

CHAMPION, ANCHOR, CONSTANT = "champion", "anchor", "constant"
"""What is compared beside runs."""

IN_THE_TAIL = 20
"""Resamples beyond a bound at the least, that it may be read from them: a stricter bound takes more of them."""

OF_SLICES = 10_000
"""Resamples of slices at the least: their bounds are corrected for how many there are, and lie far out."""

Scored: TypeAlias = Mapping[RunName | str, Mapping[str, Resampled]]
"""Model → task → its metric, and that on each resample."""


@dataclass(frozen=True, eq=False)
class _Sides:
    """What was measured and how each model scores: the arguments of all that follows."""

    measured: Measured
    scored: Scored
    bootstrap: Bootstrap


def bootstrap_for(resamples: int, confidence: float) -> Bootstrap:
    """At least so many resamples as a bound of that confidence can be read from."""
    enough = int(np.ceil(IN_THE_TAIL / (1.0 - confidence)))
    return Bootstrap(max(resamples, enough), confidence, seed=0)


def compare_measured(measured: Measured, bootstrap: Bootstrap, margin: float = 0.0) -> Comparison:
    """The candidate against its opponents, a constant, the champion, the best former one and the models in use.

    Args:
        measured: of the test side.
        bootstrap: how rows are resampled.
        margin: what must be exceeded, for the p-values that are adjusted for several tasks.
    """
    models = _models(measured)
    sides = _Sides(measured, score_on_shared_resamples(measured.truths, models, bootstrap), bootstrap)
    compared = {task: run for task, run in measured.baselines.items() if _both(sides, task, run)}
    tasks = _adjusted(sides, {task: _on_task(sides, task, run) for task, run in compared.items()}, margin)
    champion, anchor = (
        _former(sides, name, answer) for name, answer in ((CHAMPION, measured.champion), (ANCHOR, measured.anchor))
    )
    incumbents = against_incumbents(measured, bootstrap, paired)
    several = replace(bootstrap, resamples=max(bootstrap.resamples, OF_SLICES))
    slices = compare_slices(measured.truths, *_pairs(measured, compared), measured.slices, several)
    return Comparison(measured.candidate, compared, tasks, champion, incumbents, anchor, slices)


def paired(
    truth: TaskTruth, candidate: NDArray[np.floating], reference: NDArray[np.floating], bootstrap: Bootstrap
) -> PairedDifference:
    """Two models alone on some rows."""
    both: dict[str, Predictions] = {"candidate": {truth.task: candidate}, "reference": {truth.task: reference}}
    scored = score_on_shared_resamples({truth.task: truth}, both, bootstrap)
    ours, theirs = (scored[name][truth.task] for name in both)
    return difference(truth, ours, theirs, bootstrap)


def _models(measured: Measured) -> dict[RunName | str, Predictions]:
    """All that is scored: runs, the constant, and of former champions what fits the labels."""
    models: dict[RunName | str, Predictions] = dict(measured.predictions.items())
    constants = {task: repeated(constant, measured.truths[task]) for task, constant in measured.constants.items()}
    former = {CHAMPION: measured.champion, ANCHOR: measured.anchor}
    fitting: dict[RunName | str, Predictions] = {
        name: answer.predictions
        for name, answer in former.items()
        if isinstance(answer, ChampionPredictions) and not _misfit(measured, answer)
    }
    return {**models, CONSTANT: constants, **fitting}


def _both(sides: _Sides, task: str, run: RunName) -> bool:
    return all(task in sides.scored.get(each, {}) for each in (sides.measured.candidate, run))


def _difference(sides: _Sides, task: str, reference: RunName | str) -> PairedDifference:
    ours, theirs = sides.scored[sides.measured.candidate][task], sides.scored[reference][task]
    return difference(sides.measured.truths[task], ours, theirs, sides.bootstrap)


def _on_task(sides: _Sides, task: str, opponent: RunName) -> TaskComparison:
    measured, truth = sides.measured, sides.measured.truths[task]
    ours, theirs = (measured.predictions[run][task] for run in (measured.candidate, opponent))
    procedure = _procedure(sides, task, opponent)
    contenders = measured.contenders.get(task, {})
    return TaskComparison(
        _difference(sides, task, opponent),
        procedure.difference if procedure else np.nan,
        procedure.seeds[0] if procedure else 0,
        {name: _difference(sides, task, run) for name, run in contenders.items() if _both(sides, task, run)},
        _difference(sides, task, CONSTANT) if task in sides.scored.get(CONSTANT, {}) else None,
        procedure,
        rare_labels(truth),
        lost_classes(truth, ours, theirs),
        _heavier(truth, ours, theirs),
    )


def _heavier(truth: TaskTruth, *models: NDArray[np.floating]) -> float | None:
    shares = [tail_share(truth, predictions) for predictions in models]
    return max(shares) if np.isfinite(shares).all() else None


def _procedure(sides: _Sides, task: str, opponent: RunName) -> ProcedureDifference | None:
    """Over the seeds that confirm; None unless both sides have all of them.

    By point estimates, which claim no error rate, those of the search will do.
    """
    measured, claims = sides.measured, sides.bootstrap.confidence > 0.5
    if claims and not measured.confirming and (measured.candidate.seed, opponent.seed) != (None, None):
        return None
    ours, theirs = (_like(sides, task, name) for name in (sides.measured.candidate, opponent))
    if not (ours and theirs and _whole(measured, task, ours, theirs)):
        return None
    own, other = (
        Trained([sides.scored[run][task] for run in runs], draws=claims and runs[0].seed is not None)
        for runs in (ours, theirs)
    )
    return procedure_difference(measured.truths[task], own, other, sides.bootstrap.confidence)


def _like(sides: _Sides, task: str, name: RunName) -> list[RunName]:
    """The runs that differ from one in the seed alone and that the decision rests on, by seed."""
    if name.seed is None:
        return [name]
    alike = [
        run
        for run in sides.measured.predictions
        if (run.approach, run.task, run.family) == (name.approach, name.task, name.family)
        and (run.seed in sides.measured.confirming or not sides.measured.confirming)
        and task in sides.scored.get(run, {})
        and np.isfinite(sides.scored[run][task].value)
    ]
    return sorted(alike, key=lambda run: run.seed or 0)


def _whole(measured: Measured, task: str, ours: Sequence[RunName], theirs: Sequence[RunName]) -> bool:
    """Whether no seed is missing: of those that are compared, and of the baselines that the opponent is the best of."""
    drawn = [{run.seed for run in runs} - {None} for runs in (ours, theirs)]
    fresh: set[int | None] = set(measured.confirming)
    wanted = fresh or {seed for seeds in drawn for seed in seeds}
    families: dict[str, set[int | None]] = {}
    for run in measured.predictions:
        if run.task == task and run.pretrained_on is None and run.seed is not None:
            families.setdefault(run.baseline, set()).add(run.seed)
    searched = [seeds - fresh for seeds in families.values()]
    everywhere = {seed for seeds in searched for seed in seeds}
    return all(not seeds or seeds == wanted for seeds in drawn) and all(seeds == everywhere for seeds in searched)


def _former(sides: _Sides, name: str, answer: ChampionPredictions | ChampionAnswer) -> ChampionAnswer:
    """The candidate against a version that is or was champion, on every task that both predict."""
    if not isinstance(answer, ChampionPredictions):
        return answer
    if reason := _misfit(sides.measured, answer):
        return ChampionUnknown(f"champion version {answer.version}: {reason}")
    measured = sides.measured
    ours = measured.predictions.get(measured.candidate, {})
    shared = [task for task in measured.truths if task in ours and task in answer.predictions]
    lost = {task: lost_classes(measured.truths[task], ours[task], answer.predictions[task]) for task in shared}
    differences = tuple(_difference(sides, task, name) for task in shared)
    return ChampionCompared(answer.version, differences, lost={task: found for task, found in lost.items() if found})


def _misfit(measured: Measured, answer: ChampionPredictions) -> str:
    """Why predictions do not fit the labels (of other classes, for one); empty when they do."""
    try:
        for task, truth in measured.truths.items():
            if task in answer.predictions:
                truth.aligned(answer.predictions[task])
    except ValueError as error:
        return str(error)
    return ""


def _pairs(measured: Measured, compared: Mapping[str, RunName]) -> tuple[Predictions, Predictions]:
    """What the candidate and each task's opponent predict."""
    ours = measured.predictions[measured.candidate] if compared else {}
    return ours, {task: measured.predictions[run][task] for task, run in compared.items()}


def _adjusted(sides: _Sides, tasks: Mapping[str, TaskComparison], margin: float) -> tuple[TaskComparison, ...]:
    """The tasks with the p-values of their ways of training, as they are when any of them may be the better one."""
    found = {task: each.procedure for task, each in tasks.items() if each.procedure}
    if sides.bootstrap.confidence == 0.5 or not found:
        return tuple(tasks.values())
    gains = {task: _mean_gain(sides, task, tasks[task]) for task in found}
    margins = dict.fromkeys(found, margin)
    adjusted = tasks_better(found, gains, 1.0 - sides.bootstrap.confidence, margins=margins).adjusted
    return tuple(replace(each, adjusted=adjusted.get(task)) for task, each in tasks.items())


def _mean_gain(sides: _Sides, task: str, found: TaskComparison) -> Resampled:
    """The resampled difference of the means over seeds."""
    measured = sides.measured
    ours, theirs = (
        mean_of([sides.scored[run][task] for run in _like(sides, task, name)])
        for name in (measured.candidate, measured.baselines[found.task])
    )
    return gain(measured.truths[task], ours, theirs)
