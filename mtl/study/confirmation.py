"""The runs that a decision rests on: what was chosen on validation, trained once more with seeds that nothing has seen.

The best of many runs on validation is lucky there, and its test value keeps a part of that luck. Fresh seeds have none
of it: their mean is what the way of training gives, and their spread says how sure that mean is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count, islice

from mtl.baselines.study_runs import AnyPlan
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.evaluation.selection import best_on_validation, choose_candidate, measure_standings
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection, observed_predictions, truths_of
from mtl.training.plans import RunPlan


def confirmation_seeds(spec: Spec, frame: Frame) -> tuple[int, ...]:
    """As many as the gate asks for, of which no run of the study has one; others for other rows.

    The same rows and the same number give the same seeds: whoever runs a study again gets no second draw.
    """
    wanted = spec.gate.confirmation if spec.gate.claims_error_rate else 0
    drawn = (_drawn(frame.digest, number) for number in count())
    return tuple(islice((seed for seed in dict.fromkeys(islice(drawn, 2 * wanted)) if seed not in spec.seeds), wanted))


def plan_confirmation(selection: Selection, seeds: Sequence[int]) -> tuple[AnyPlan, ...]:
    """The candidate and every task's opponent with each of the seeds; first what others start from.

    An opponent that draws nothing has been fitted already.
    """
    chosen = [*([selection.candidate] if selection.candidate else []), *selection.baselines.values()]
    plans = [run.plan.with_seed(seed) for run in chosen if run.name.seed is not None for seed in seeds]
    sources = [plan.pretrained for plan in plans if isinstance(plan, RunPlan) and plan.pretrained]
    return tuple({plan.key: plan for plan in (*sources, *plans)}.values())


def confirm(prepared: Prepared, selection: Selection, runs: Sequence[FittedRun], seeds: Sequence[int]) -> Selection:
    """The choice with its runs of fresh seeds, `runs`, in place of those that were the best of many.

    Of these the one that is best on validation is what is registered, and likewise what it is compared with. A seed
    that is missing is found missing by the comparison, which asks for all that `Selection.confirming` names.
    """
    if not seeds:
        return selection
    side = prepared.side("validation")
    truths = {task: truth for task, truth in truths_of(prepared, side).items() if task not in selection.unjudged}
    fitted = {run.name: run for run in (*runs, *selection.baselines.values()) if run.finished}
    predictions = {name: observed_predictions(prepared, side, run.result.predictions) for name, run in fitted.items()}
    alike = {task: _alike(run, fitted, seeds) for task, run in selection.baselines.items()}
    best = {
        task: best_on_validation(truth, {run.name: predictions[run.name] for run in alike.get(task, ())})
        for task, truth in truths.items()
    }
    baselines = {task: name for task, name in best.items() if name}
    chosen = choose_candidate(measure_standings(truths, predictions, baselines))
    confirmed = {task: fitted[name] for task, name in baselines.items()}
    return replace(
        selection,
        candidate=fitted[chosen] if chosen else None,
        baselines=confirmed,
        contenders={task: _with_fresh(best, confirmed.get(task)) for task, best in selection.contenders.items()},
        opponents=alike,
        confirming=tuple(seeds),
    )


def _with_fresh(contenders: Mapping[str, FittedRun], fresh: FittedRun | None) -> dict[str, FittedRun]:
    """What stands for each baseline of a task, for people: for the opponent the run that is compared."""
    return {**contenders, **({fresh.name.baseline: fresh} if fresh else {})}


def _drawn(digest: str, number: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{digest}\x1f{number}".encode(), digest_size=2).digest(), "big")


def _alike(chosen: FittedRun, fitted: Mapping[RunName, FittedRun], seeds: Sequence[int]) -> tuple[FittedRun, ...]:
    """The runs of an opponent that are compared: those with the fresh seeds, or its only one."""
    name = chosen.name
    if name.seed is None:
        return (chosen,)
    wanted = [replace(name, seed=seed) for seed in seeds]
    return tuple(fitted[each] for each in wanted if each in fitted)
