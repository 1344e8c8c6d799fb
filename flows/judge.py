"""Judging a registered model, as a table of contents: the retraining flow without a candidate to train."""

from datetime import date
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows import looking, outside_steps, steps
from flows.concluding import closing_as_failed, outcome_of, require_every_kind
from flows.confirming import choose_and_confirm
from flows.fitting import fit_all, warm_up
from flows.flow_names import run_name
from flows.notifying import notifying
from flows.one_study import one_at_a_time
from flows.open_study import Study, open_study
from flows.planning import plan
from flows.run_places import run_executor
from flows.settings import read_settings
from flows.tuning import tune
from mtl import registry
from mtl.data.frame import Frame
from mtl.report.outcome import Outcome
from mtl.study.alias_move import AliasMove
from mtl.study.deciding import Decided
from mtl.study.locked_test import AnyChampion
from mtl.study.outside_standings import contender_in_use, contender_judged
from mtl.tuning.tuned import Halved


@flow(
    name="judge",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]
    persist_result=False,
    validate_parameters=True,
)
@notifying
def judge(spec: str, candidate: str, as_of: date | None = None, promote: bool = False, wait: bool = True) -> Outcome:
    """Read → check → prepare → fit baselines → ask the model → compare → verify → decide; promote only if told to.

    Args:
        spec: path of a spec, or the name of a shipped example.
        candidate: a registered model that answers every gated task: `models:/NAME/VERSION` or `models:/NAME@ALIAS`.
        as_of: first day of the test window, for a spec that is split by time.
        promote: whether it becomes the champion if it is accepted; it must be a version of the spec's own model.
        wait: for another study of this name to end, as for `retrain`.
    """
    study = open_study(spec, read_settings(), as_of, promote, candidate)
    steps.reach_registry(study)
    with one_at_a_time(study, wait) as lease, run_executor(read_settings()) as executor:
        version = outside_steps.find_judged(study, candidate)
        incumbents = outside_steps.pin_incumbents(study)
        study, frame = steps.read(study)
        warm_up(study, frame, executor)
        checks = steps.check(study, frame)
        prepared = steps.prepare(study, frame)
        looking.warn_of_spent_rows(study, prepared, frame)
        tracked = steps.start_tracking(study, frame, incumbents, lease.number)
        with closing_as_failed(study, tracked):
            tuned = tune(study, Halved(plan(study, frame, prepared, executor)), tracked, executor)
            fitted = fit_all(study, tuned, tracked, executor)
            chosen, fitted = choose_and_confirm(study, frame, prepared, fitted, tracked, executor)
            judged = outside_steps.ask_judged(study, prepared, frame, version)
            opened = outside_steps.open_test_for_judged(prepared, frame, fitted.runs, judged)
            in_use = outside_steps.ask_incumbents(study, prepared, frame, incumbents)
            champion = steps.read_champion(study)
            looked = looking.look_at(study, opened, chosen, champion, in_use, tracked)
            comparison = looking.compare(study, looked)
            artifact = outside_steps.verify_judged(study, opened, judged)
            decided = steps.decide(study, checks, looked, comparison, artifact)
            outside = (*contender_in_use(in_use), contender_judged(judged)) if looked.found else ()
            told = steps.tell(study, prepared, fitted.by_child, chosen, decided, fitted.tuning, outside)
            report = steps.write_report(study, (frame, prepared), fitted.runs, chosen, decided, told, checks)
            require_every_kind(fitted, report)
            lease.require()
            looking.close_look(study, looked, decided)
            move = _move(study, version, decided, champion, (frame, tracked, report))
            steps.finish_tracking(study, tracked, decided, checks, report, None)
            return outcome_of(study, fitted, decided, told, checks, move, (tracked, report))


def _move(
    study: Study,
    version: registry.ModelVersion,
    decided: Decided,
    champion: AnyChampion,
    about: tuple[Frame, str, Path],
) -> AliasMove:
    """What becomes of the alias; without a promotion nothing is written on a version that others may own."""
    if not study.promotes:
        return AliasMove("judged", version, champion)
    return steps.promote(study, steps.record(study, version, decided, champion, about), decided)
