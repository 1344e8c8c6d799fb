"""The retraining flow, as a table of contents."""

import time
from collections.abc import Sequence
from datetime import date

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from data_checks import CheckReport
from flows import looking, outside_steps, steps, unchanged
from flows.allowance import Allowance
from flows.concluding import closing_as_failed, outcome_of, require_every_kind
from flows.confirming import choose_and_confirm
from flows.fitting import StudyRuns, fit_all, warm_up
from flows.flow_names import run_name
from flows.halving import halve
from flows.notifying import notifying
from flows.one_study import Attempt, one_at_a_time
from flows.open_study import Study, open_study
from flows.planning import plan
from flows.run_places import run_executor
from flows.settings import read_settings
from flows.tuning import tune
from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.report.outcome import Outcome
from mtl.study.choices import Selection
from mtl.study.incumbents import PinnedIncumbent
from mtl.study.outside_standings import contender_in_use
from mtl.training.precision import precision_of


@flow(
    name="retrain",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]
    persist_result=False,
    validate_parameters=True,
)
@notifying
def retrain(
    spec: str,
    as_of: date | None = None,
    promote: bool = True,
    wait: bool = True,
    allowance: Allowance | None = None,
    again: bool = False,
) -> Outcome:
    """Read → check → prepare → halve → tune → fit → choose → confirm → test → compare → register → verify → decide.

    What is accepted is promoted.

    Args:
        spec: path of a spec, or the name of a shipped example.
        as_of: first day of the test window, for a spec that is split by time.
        promote: whether an accepted candidate becomes the champion at once.
        wait: for another study of this name to end; else this one ends at once with an error if there is one.
        allowance: what it may take; as many rounds of trials as that has room for are made. None: as the spec says.
        again: whether to go through every step even if nothing has changed since this study was last made.
    """
    study = open_study(spec, read_settings(), as_of, promote, timed=allowance is not None)
    precision_of(study.spec.training.device)
    steps.reach_registry(study)
    asked = time.monotonic()
    with one_at_a_time(study, wait) as lease, run_executor(read_settings()) as executor:
        allowed = allowance.after(time.monotonic() - asked) if allowance else None
        incumbents = outside_steps.pin_incumbents(study)
        study, frame = steps.read(study)
        if not (again or allowance) and (known := steps.look_up(study, frame)):
            return known
        warm_up(study, frame, executor)
        checks = steps.check(study, frame)
        prepared = steps.prepare(study, frame)
        looking.warn_of_spent_rows(study, prepared, frame)
        tracked = steps.start_tracking(study, frame, incumbents, lease.number)
        with closing_as_failed(study, tracked):
            plans = plan(study, frame, prepared, executor, timed=allowance is not None)
            halved = halve(study, plans, tracked, executor)
            tuned = tune(study, halved, tracked, executor, allowed)
            fitted = fit_all(study, tuned, tracked, executor)
            chosen, fitted = choose_and_confirm(study, frame, prepared, fitted, tracked, executor)
            sides = (frame, prepared)
            attempt = Attempt(tracked, lease)
            outcome = decide_and_promote(study, sides, checks, chosen, fitted, incumbents, attempt)
            return outcome if allowance else unchanged.keep_outcome(study, frame, outcome)


def decide_and_promote(
    study: Study,
    sides: tuple[Frame, Prepared],
    checks: CheckReport,
    chosen: Selection,
    fitted: StudyRuns,
    incumbents: Sequence[PinnedIncumbent],
    attempt: Attempt,
) -> Outcome:
    """From chosen runs to a decision, and to what follows from it."""
    frame, prepared = sides
    with registry.FreshProcess() as fresh:
        opened = looking.open_test(prepared, frame, fitted.runs, chosen)
        in_use = outside_steps.ask_incumbents(study, prepared, frame, incumbents if opened.candidate else ())
        champion = steps.read_champion(study)
        looked = looking.look_at(study, opened, chosen, champion, in_use, attempt.run)
        comparison = looking.compare(study, looked)
        version = steps.register(study, frame, chosen, fitted.children, (opened, looked, comparison))
        artifact = steps.verify(study, opened, chosen, version, fresh)
    decided = steps.decide(study, checks, looked, comparison, artifact)
    outside = contender_in_use(in_use) if looked.found else ()
    told = steps.tell(study, prepared, fitted.by_child, chosen, decided, fitted.tuning, outside)
    report = steps.write_report(study, (frame, prepared), fitted.runs, chosen, decided, told, checks)
    require_every_kind(fitted, report)
    attempt.lease.require()
    looking.close_look(study, looked, decided)
    recorded = steps.record(study, version, decided, champion, (frame, attempt.run, report))
    move = steps.promote(study, recorded, decided)
    steps.finish_tracking(study, attempt.run, decided, checks, report, version)
    return outcome_of(study, fitted, decided, told, checks, move, (attempt.run, report))
