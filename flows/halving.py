"""Approaches that are stopped early, half of them at a time: each run up to a rung is a Prefect step."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

from prefect.futures import as_completed

from flows import fit_steps
from flows.open_study import Study
from flows.progress import stage
from mtl import registry
from mtl.baselines.study_runs import AnyPlan
from mtl.disk_space import full_disk
from mtl.study import tracking_records
from mtl.training.results import RunResult
from mtl.tuning.halving import Halving, RungRun
from mtl.tuning.tuned import Halved, RungEnd


def halve(study: Study, plans: tuple[AnyPlan, ...], tracked: str, executor: Executor) -> Halved:
    """The runs of a study without those of approaches that are behind others on validation, if the spec says so."""
    halving = Halving(plans, study.spec.tuning.finalists, study.spec.seeds[0])
    ends: dict[str, RungEnd] = {}
    while rung := halving.ask():
        told = f"Compare after {rung[0].epochs} epochs"
        with stage(told, len(rung)) as comparing, registry.logging_trainings(study.registry, tracked) as log:
            for end in _train(rung, executor):
                ends[end.run.plan.key] = end
                comparing.advance(str(end.run))
            for run in halving.end({run.plan.key: ends[run.plan.key].result for run in rung}):
                if ends[run.plan.key].result:
                    log.add(tracking_records.rung_record(ends[run.plan.key]))
    return Halved(halving.left(plans), tuple(ends.values()), halving.stopped)


def _train(rung: Sequence[RungRun], executor: Executor) -> Iterator[RungEnd]:
    """What an earlier study left is known at once."""
    known = {run.plan.key: result for run in rung if (result := run.result)}
    yield from (RungEnd(run, known[run.plan.key], reused=True) for run in rung if run.plan.key in known)
    left = [run for run in rung if run.plan.key not in known]
    futures = {fit_steps.fit_rung.submit(run, executor, return_state=False): run for run in left}
    for future in as_completed(list(futures)):
        answer: object = future.result(raise_on_failure=False)
        if full := full_disk(answer):
            raise full
        yield RungEnd(futures[future], answer if isinstance(answer, RunResult) else None, reused=False)
