"""How much a study has to train, and how long that takes, before any of it begins.

Of a run the seconds are those of the same run with another seed, if one has ended; else those of the last study of this
name, by its rows; else what a short probe says of an epoch, times as many epochs as such runs are taken to have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import ClassVar

from pydantic import ConfigDict

from mtl.baselines.study_runs import AnyPlan
from mtl.jsonable import EXACT
from mtl.run_names import NETWORK
from mtl.spec import Spec
from mtl.study.paces import Paces
from mtl.study.runs_ahead import runs_ahead
from mtl.training.plans import RunPlan
from mtl.tuning.pace import wall_seconds
from mtl.tuning.space import space_of

PATIENCES = 5
"""Epochs of a run, in units of `training.patience`, where none of its like has ended."""


@dataclass(frozen=True)
class Estimate:
    """What a study has to train.

    Attributes:
        runs: to be trained: with every seed, and as many trials as are made at most.
        early: how many of `runs` end at a rung, since their approaches are stopped early.
        known: runs of the study that are fitted already, and count for nothing.
        confirming: further runs, at most, that confirm what will be chosen, counted in the seconds.
        cpu_seconds: of all of them.
        wall_seconds: on so many workers, if each has a core of its own.
        by_runs, by_last, by_probe: how many of `runs` rest on runs of this study, on the last one, on a probe.
        epochs: that a run of a probe is taken to have; 0 without a probe.
        unknown: how many of `runs` are not counted in the seconds, since nothing tells what they take.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    runs: int
    early: int
    known: int
    confirming: int
    workers: int
    cpu_seconds: float
    wall_seconds: float
    by_runs: int
    by_last: int
    by_probe: int
    epochs: int
    unknown: int


@dataclass(frozen=True)
class Pending:
    """A plan that is not fitted yet: how many runs it stands for, and what each takes.

    Attributes:
        seconds: of a whole run; None where nothing tells.
        basis: what tells: `runs`, `last` or `probe`.
        share: of its epochs that are trained, less than 1 of an approach that will be stopped early.
    """

    plan: AnyPlan
    runs: int
    seconds: float | None = None
    basis: str = ""
    share: float = 1.0


def pending_of(spec: Spec, plans: Sequence[AnyPlan], paces: Paces) -> tuple[Pending, ...]:
    """What is left of a study's plans, with what is known of it without a probe."""
    ahead = runs_ahead(spec, plans, epochs_ahead(spec))
    results = {plan.key: plan.result for plan in ahead.plans}
    ended: dict[str, list[float]] = {}
    for plan in ahead.plans:
        if (result := results[plan.key]) and result.status == "finished":
            ended.setdefault(plan.name.subject, []).append(result.seconds)
    left = (_pending(spec, plan, ended, paces) for plan in ahead.plans if results[plan.key] is None)
    return tuple(
        replace(each, runs=1, share=ahead.share) if each.plan.name.subject in ahead.early else each for each in left
    )


def probes_for(pending: Iterable[Pending]) -> dict[str, RunPlan]:
    """The networks that a probe must time: one of each kind of which nothing is known."""
    found: dict[str, RunPlan] = {}
    for each in pending:
        if each.seconds is None and isinstance(each.plan, RunPlan):
            found.setdefault(kind_of(each.plan), each.plan)
    return found


def kind_of(plan: RunPlan) -> str:
    """What runs that take as long have in common: whether tasks are many, what they share, what a scheme reads."""
    return repr((len(plan.tasks) > 1, plan.sharing, plan.scheme.needs))


def estimate_of(
    spec: Spec,
    plans: Sequence[AnyPlan],
    pending: Sequence[Pending],
    per_epoch: Mapping[str, float | None],
    workers: int,
) -> Estimate:
    """What all of it comes to; `per_epoch`: what probes found, by kind, in seconds."""
    epochs = epochs_ahead(spec)
    told = [_probed(each, per_epoch, epochs) for each in pending]
    costs = [each.share * each.seconds for each in told for _ in range(each.runs) if each.seconds is not None]
    confirming = _confirming(spec, told) if pending else []
    count = {basis: sum(each.runs for each in told if each.basis == basis) for basis in ("runs", "last", "probe", "")}
    return Estimate(
        runs=sum(each.runs for each in told),
        early=sum(each.runs for each in told if each.share < 1),
        known=len(runs_ahead(spec, plans, epochs).plans) - len(pending),
        confirming=len(confirming),
        workers=workers,
        cpu_seconds=sum(costs) + sum(confirming),
        wall_seconds=wall_seconds(costs, workers) + wall_seconds(confirming, workers),
        by_runs=count["runs"],
        by_last=count["last"],
        by_probe=count["probe"],
        epochs=epochs if count["probe"] else 0,
        unknown=count[""],
    )


def epochs_ahead(spec: Spec) -> int:
    """How many epochs a run is taken to have of which nothing is known but its patience."""
    return min(spec.training.epochs, PATIENCES * spec.training.patience)


def _pending(spec: Spec, plan: AnyPlan, ended: Mapping[str, Sequence[float]], paces: Paces) -> Pending:
    subject, runs = plan.name.subject, _runs(spec, plan)
    if subject in ended:
        return Pending(plan, runs, fmean(ended[subject]), "runs")
    last = paces.of(subject, spec, len(plan.prepared.side("train")))
    return Pending(plan, runs, last, "" if last is None else "last")


def _runs(spec: Spec, plan: AnyPlan) -> int:
    """With the first seed as many as there are trials; what chooses its options itself has one."""
    first = plan.name.seed in (None, spec.seeds[0])
    return spec.tuning.trials if first and spec.tuning.trials and space_of(plan, spec.tuning, {}).ranges else 1


def _probed(each: Pending, per_epoch: Mapping[str, float | None], epochs: int) -> Pending:
    if each.seconds is not None or not isinstance(each.plan, RunPlan):
        return each
    found = per_epoch.get(kind_of(each.plan))
    return each if found is None else replace(each, seconds=found * epochs, basis="probe")


def _confirming(spec: Spec, told: Sequence[Pending]) -> list[float]:
    """Seconds of the runs with fresh seeds: of the candidate, and of each task's network, the costliest opponent."""
    if not spec.gate.claims_error_rate:
        return []
    together = [each.seconds for each in told if each.plan.name.approach and each.seconds is not None]
    alone = [each.seconds for each in told if _is_alone(each.plan) and each.seconds is not None]
    each_seed = [fmean(together)] if together else []
    each_seed += [fmean(alone)] * len(spec.gated_tasks) if alone else []
    return each_seed * spec.gate.confirmation


def _is_alone(plan: AnyPlan) -> bool:
    return plan.name.task is not None and plan.name.baseline == NETWORK
