"""The steps of a replayed retrain, which are those of a real one without a registry: a champion is a folder."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from data_checks import CheckReport, check_once
from flows.open_study import Study
from flows.plain_fitting import PlainRuns, fit_plain
from flows.progress import stage
from flows.reading import read_rows
from mtl import registry
from mtl.backtest.following import TaskFollowing, compare_policies, open_following
from mtl.backtest.known_rows import known_at, rows_following
from mtl.backtest.replayed import Replayed
from mtl.backtest.standing import Standing, Version, ask_for_look, past_look, score_former
from mtl.backtest.ticks import Tick, as_of
from mtl.baselines.study_runs import plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, prepare
from mtl.disk_space import require_space
from mtl.errors import DataError, MtlError, StudyFailedError
from mtl.report.outcome import Effort
from mtl.spec import Spec
from mtl.study import choices, confirmation, deciding
from mtl.study.candidate import bundle_candidate, expected_files
from mtl.study.choices import FittedRun, Selection
from mtl.study.comparing import compare_measured
from mtl.study.deciding import Decided
from mtl.study.locked_test import OpenedTest, open_test
from mtl.study.look import Look
from mtl.study.lost_kinds import lost_kind
from mtl.study.measured import measure
from mtl.study.space_needed import space_for
from mtl.training.affordable import require_affordable


def read(study: Study) -> tuple[Study, Frame]:
    """The study with the names of its columns, and all its rows; no tick is given them all."""
    with stage("Read the data"):
        return read_rows(study)


def check(study: Study, frame: Frame) -> CheckReport:
    """What the data must hold, asked once of all rows.

    Raises:
        DataError: a critical check failed.
    """
    with stage("Check the data"):
        found = check_once(study.spec, frame, study.store.docs(study.spec.name))
    if not found.passed:
        raise DataError(found.summary())
    return found


@dataclass(frozen=True)
class Retrain:
    """A tick, and all that its retrain may see.

    Attributes:
        study: as a schedule would run it at the tick.
        known: the rows up to the end of the test window.
        prepared: the arrays of their three sides.
    """

    tick: Tick
    study: Study
    known: Frame
    prepared: Prepared


@dataclass(frozen=True)
class Trained:
    """What was trained at a tick.

    Attributes:
        chosen: the candidate and each task's opponent, of fresh seeds where the gate asks for them.
        runs: all that left a result.
    """

    chosen: Selection
    runs: tuple[FittedRun, ...]
    effort: Effort


@contextmanager
def telling_the_tick(tick: Tick) -> Iterator[None]:
    """Say of an error which retrain it ended."""
    try:
        yield
    except MtlError as error:
        raise type(error)(f"the retrain as of {tick.as_of}: {error}") from error


def prepare_known(study: Study, frame: Frame, tick: Tick) -> Retrain:
    """The rows that were there when the test window ended, and the arrays that follow from them."""
    spec = as_of(study.spec, tick)
    known = known_at(spec, frame, tick, study.store.frames)
    prepared = prepare(spec, known, study.store.prepared)
    require_affordable(spec, study.approaches, prepared.transforms, prepared.tasks)
    return Retrain(tick, replace(study, spec=spec), known, prepared)


def choose_and_confirm(retrain: Retrain, executor: Executor) -> Trained:
    """The choice on validation, trained once more with fresh seeds.

    Raises:
        StudyFailedError: all multi-task models failed, or all runs of a baseline.
    """
    spec, prepared = retrain.study.spec, retrain.prepared
    tried = _search(retrain, executor)
    chosen = choices.select(prepared, tried.runs, [baseline.label for baseline in spec.baselines])
    seeds = confirmation.confirmation_seeds(spec, retrain.known)
    if not seeds or chosen.candidate is None:
        return Trained(chosen, tried.runs, tried.effort)
    again = confirmation.plan_confirmation(chosen, seeds)
    fresh = fit_plain(again, executor, retrain.study.workers, f"{retrain.tick.as_of}: confirm with fresh seeds")
    confirmed = confirmation.confirm(prepared, chosen, fresh.runs, seeds)
    return Trained(confirmed, (*tried.runs, *fresh.runs), tried.effort.plus(fresh.effort))


def _search(retrain: Retrain, executor: Executor) -> PlainRuns:
    study, prepared = retrain.study, retrain.prepared
    plans = plan_study(searched(study.spec), study.approaches, prepared, retrain.known, study.store.runs)
    require_space(space_for(study.store.root, plans, prepared, study.workers, trials=0))
    tried = fit_plain(plans, executor, study.workers, f"{retrain.tick.as_of}: train")
    if lost := lost_kind([plan.name for plan in plans], tried.failures):
        raise StudyFailedError(lost)
    return tried


def searched(spec: Spec) -> Spec:
    """What is tried at a tick: with the first seed alone where fresh seeds decide, which spares most of the training.

    The seeds that confirm are those that a study with all seeds of the spec would draw.
    """
    return spec.model_copy(update={"seeds": spec.seeds[:1]}) if spec.gate.claims_error_rate else spec


def look(retrain: Retrain, trained: Trained, standing: Standing) -> tuple[OpenedTest, Look]:
    """What candidate, opponents, champion and anchor predict for the test window, as far as a look is granted."""
    spec, chosen = retrain.study.spec, trained.chosen
    opened = open_test(retrain.prepared, retrain.known, trained.runs, chosen)
    if opened.candidate is None:
        return opened, ask_for_look(spec, standing, opened, None)
    former = score_former(standing, opened)
    found = measure(opened, chosen, former.champion, (), former.anchor, spec.evaluation.slices)
    return opened, ask_for_look(spec, standing, opened, found)


def decide(retrain: Retrain, trained: Trained, opened: OpenedTest, looked: Look) -> tuple[Decided, Version | None]:
    """The gate's decision, and the candidate as a version, checked in a fresh process as a registered one is."""
    spec, candidate = retrain.study.spec, trained.chosen.candidate
    if candidate is None:
        return deciding.decide(spec, True, looked.found, None, None, looked.budget), None
    with registry.FreshProcess() as fresh:
        version = Version(str(retrain.tick.as_of), _bundled(retrain, candidate))
        bootstrap = deciding.bootstrap_of(spec, looked.budget)
        comparison = compare_measured(looked.found, bootstrap, spec.gate.margin) if looked.found else None
        with expected_files(spec, candidate.name, opened) as files:
            artifact = fresh.check(version.bundle, *files)
    return deciding.decide(spec, True, looked.found, comparison, artifact, looked.budget), version


def _bundled(retrain: Retrain, run: FittedRun) -> Path:
    return bundle_candidate(retrain.study.spec, run, retrain.known, retrain.study.store.bundles)


def stand_after(
    retrain: Retrain, standing: Standing, opened: OpenedTest, looked: Look, decided: tuple[Decided, Version | None]
) -> Standing:
    """What the decision leaves to later retrains."""
    past = past_look(retrain.study.spec, opened, looked, decided[0].decision.promote)
    return standing.after(decided[0], past, decided[1])


def follow(retrain: Retrain, frame: Frame, trained: Trained, standing: Standing) -> tuple[TaskFollowing, ...]:
    """How the policies do on the window after the test window, whose rows are opened here for the first time."""
    spec = retrain.study.spec
    rows = rows_following(spec, frame, retrain.tick)
    if rows.empty:
        return ()
    opened = open_following(spec, retrain.prepared, rows, retrain.study.store.prepared)
    bootstrap = deciding.bootstrap_of(spec)
    return compare_policies(opened, trained.chosen, standing.champion, bootstrap)


def told(
    retrain: Retrain,
    trained: Trained,
    looked: Look,
    decided: Decided,
    standing: Standing,
    found: Sequence[TaskFollowing],
) -> Replayed:
    """A tick, as the report shows it."""
    chosen = trained.chosen
    return Replayed(
        retrain.tick,
        str(chosen.candidate.name) if chosen.candidate else "",
        {task: str(run.name) for task, run in chosen.baselines.items()},
        decided.decision,
        looked.budget,
        standing.champion.name if standing.champion else None,
        tuple(found),
    )
