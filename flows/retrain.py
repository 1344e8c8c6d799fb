"""The retraining flow, as a table of contents."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from data_checks import CheckReport
from flows import steps
from flows.fitting import StudyRuns, fit_all, processes
from flows.open_study import Study, open_study
from flows.progress import stage
from flows.settings import read_settings
from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import MtlError
from mtl.report.outcome import Outcome
from mtl.report.report_folder import likely_causes
from mtl.training.precision import precision_of
from mtl.weighting.approaches import approaches_of


@flow(name="retrain", task_runner=ThreadPoolTaskRunner(), persist_result=False, validate_parameters=True)  # type: ignore[arg-type]
def retrain(spec: str, as_of: date | None = None, promote: bool = True) -> Outcome:
    """Read → check → prepare → fit → select → compare → register → verify → decide → promote.

    Args:
        spec: path of a spec, or the name of a shipped example.
        as_of: first day of the test window, for a spec that is split by time.
        promote: whether an accepted candidate becomes the champion at once.
    """
    study = open_study(spec, read_settings(), as_of, promote)
    precision_of(study.spec.training.device)
    with processes(study.workers) as executor:
        steps.reach_registry(study)
        with stage("Read the data"):
            frame = steps.read(study)
        with stage("Check the data"):
            checks = steps.check(study, frame)
        with stage("Split and prepare"):
            prepared = steps.prepare(study, frame)
        tracked = steps.start_tracking(study, frame)
        with closing_as_failed(study, tracked):
            fitting = fit_all(study, prepared, tracked, executor)
            return judge(study, frame, checks, prepared, fitting, tracked)


def judge(
    study: Study, frame: Frame, checks: CheckReport, prepared: Prepared, fitting: StudyRuns, tracked: str
) -> Outcome:
    """From fitted runs to a decision, and to what follows from it."""
    with stage("Compare on the test side"):
        chosen = steps.select(prepared, fitting.runs)
        champion = steps.read_champion(study)
        theirs = steps.score_champion(study, frame, prepared, champion)
        found = steps.compare(study, prepared, fitting.runs, chosen, theirs)
    with stage("Register and verify the candidate"):
        version = steps.register(study, frame, chosen, fitting.children)
        artifact = steps.verify(study, frame, chosen, version)
    with stage("Decide"):
        decision = steps.decide(study, checks, found, artifact)
        causes = likely_causes(prepared, chosen, found, decision)
        folder = steps.write_report(study, fitting.runs, chosen, found, decision, causes, checks)
        promotion = steps.promote(study, version, decision, champion)
        steps.finish_tracking(study, tracked, decision, checks, folder)
    return Outcome(
        study=study.spec.name,
        decision=decision,
        comparison=found,
        version=version.version if version else None,
        promotion=promotion,
        causes=causes,
        failures=fitting.failures,
        undefined={str(name): reason for name, reason in approaches_of(study.spec).undefined.items()},
        effort=fitting.effort,
        run_id=tracked,
        report=folder,
        docs=checks.docs,
    )


@contextmanager
def closing_as_failed(study: Study, tracked: str) -> Iterator[None]:
    """Mark the study's parent run as failed when the block raises; what was finished stays and is found again."""
    try:
        yield
    except MtlError as error:
        registry.finish_study(study.registry, tracked, status="failed", tags={"reason": str(error)})
        raise
