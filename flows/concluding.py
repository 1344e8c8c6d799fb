"""How a flow ends: with an outcome, or with a run in MLflow that says why there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import data_checks
from data_checks import CheckReport
from flows.fitting import StudyRuns
from flows.open_study import Study
from mtl import registry
from mtl.errors import MtlError, StudyFailedError
from mtl.report.outcome import Outcome
from mtl.report.report_material import Told
from mtl.report.words import move_sentence
from mtl.study.alias_move import AliasMove
from mtl.study.deciding import Decided


def outcome_of(
    study: Study,
    fitted: StudyRuns,
    decided: Decided,
    told: Told,
    checks: CheckReport,
    move: AliasMove,
    kept: tuple[str, Path],
) -> Outcome:
    """What a study came to; `kept`: its run in MLflow, and its report."""
    return Outcome(
        study=study.spec.name,
        decision=decided.decision,
        comparison=decided.comparison,
        version=move.version.version if move.version else None,
        promotion=move_sentence(move),
        causes=told.causes,
        failures=fitted.failures,
        undefined={str(name): reason for name, reason in study.approaches.undefined.items()},
        effort=fitted.effort,
        tuning=fitted.tuning,
        leaderboard=told.leaderboard,
        remarks=told.remarks,
        run_id=kept[0],
        report=kept[1],
        docs=checks.docs,
        warnings=tuple(warning.message for warning in checks.warnings),
        drifted=data_checks.moved(checks.warnings),
        budget=decided.basis.budget,
        moved=move.what == "promoted",
    )


def require_every_kind(fitted: StudyRuns, report: Path) -> None:
    """Nothing, if some run of each kind finished.

    Raises:
        StudyFailedError: all multi-task models failed, or all runs of a baseline: what remains must move no alias.
    """
    if fitted.lost:
        raise StudyFailedError(f"the study failed: {fitted.lost}; the champion stays as it was; see {report}")


@contextmanager
def closing_as_failed(study: Study, tracked: str) -> Iterator[None]:
    """Mark the study's parent run as failed when the block raises; what was finished stays and is found again."""
    try:
        yield
    except MtlError as error:
        registry.finish_study(study.registry, tracked, status="failed", tags={"reason": str(error)})
        raise
