"""How much a study has to train, and how long that takes, told before any of it begins."""

from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import date

from rich.console import Console

from flows.open_study import Study, open_study
from flows.progress import is_watched, say, showing_progress, stage
from flows.reading import read_rows
from flows.run_places import run_executor
from flows.settings import read_settings
from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.data.prepared import prepare
from mtl.report.estimate_line import estimate_line
from mtl.study.estimate import Estimate, Pending, estimate_of, pending_of, probes_for
from mtl.study.paces import read_paces
from mtl.study.speed_probe import seconds_per_epoch

FEW_RUNS = 12
"""Of so few that are not known nobody waits long enough to have them probed first."""


def tell_what_is_ahead(study: Study, plans: Sequence[AnyPlan], executor: Executor) -> None:
    """Tell whoever watches, once: from what is known already, else from a probe, unless few runs are left."""
    if not is_watched():
        return
    pending = _pending(study, plans)
    few = sum(each.runs for each in pending) < FEW_RUNS
    if pending and not (few and probes_for(pending)):
        say(estimate_line(_estimated(study, plans, pending, executor)))


def estimate_study(spec: str, as_of: date | None, console: Console) -> Estimate:
    """What a study would have to train now, without training it: rows are read and prepared, and a probe is timed.

    Raises:
        UserError: no such spec.
        MtlError: the data cannot be read or split.
    """
    study = open_study(spec, read_settings(), as_of)
    with showing_progress(console), stage("Read, prepare and time"):
        study.require_sound()
        study, frame = read_rows(study)
        prepared = prepare(study.spec, frame, study.store.prepared)
        plans = plan_study(study.spec, study.approaches, prepared, frame, study.store.runs)
        with run_executor(read_settings()) as executor:
            return _estimated(study, plans, _pending(study, plans), executor)


def _pending(study: Study, plans: Sequence[AnyPlan]) -> tuple[Pending, ...]:
    return pending_of(study.spec, plans, read_paces(study.store.paces(study.spec.name)))


def _estimated(study: Study, plans: Sequence[AnyPlan], pending: Sequence[Pending], executor: Executor) -> Estimate:
    """A probe that is lost with its worker tells nothing; the run that follows would be tried again."""
    timed = {kind: executor.submit(seconds_per_epoch, plan) for kind, plan in probes_for(pending).items()}
    found = {kind: None if future.exception() else future.result() for kind, future in timed.items()}
    return estimate_of(study.spec, plans, pending, found, study.workers)
