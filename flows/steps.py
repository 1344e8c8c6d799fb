"""One step per line of the flow, around one call each.

A step takes and gives frozen values that name files by path and digest, so it can be repeated at any time: what exists
already is not made again, and what it leaves is whole or absent.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import data_checks
from data_checks import CheckReport
from flows import unchanged
from flows.json_log import know
from flows.open_study import Study
from flows.prefect_page import show_report
from flows.reading import known_champion, read_rows
from flows.settings import read_keys
from flows.stepping import step
from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.data.prepared import prepare as prepare_arrays
from mtl.errors import DataError
from mtl.evaluation.comparison import Comparison
from mtl.promotion.evidence import ArtifactCheck
from mtl.report import report_folder, study_story
from mtl.report.leaderboard_table import sampled_sentences, strongest_sentences
from mtl.report.outcome import Outcome
from mtl.report.report_material import Material, Told
from mtl.report.report_names import CARD
from mtl.report.tuning_table import tuning_sentences
from mtl.report.web.about import about_study, program_commit
from mtl.run_names import RunName
from mtl.study import (
    alias_move,
    anchoring,
    candidate,
    choices,
    confirmation,
    deciding,
    diagnostics,
    incumbents,
    tracking_records,
)
from mtl.study.alias_move import AliasMove, Recorded
from mtl.study.choices import FittedRun, Selection
from mtl.study.deciding import Decided, origin_of
from mtl.study.incumbents import PinnedIncumbent
from mtl.study.leaderboard import build_leaderboard
from mtl.study.locked_test import AnyChampion, OpenedTest
from mtl.study.look import Look
from mtl.study.outside_standings import OutsideContender, with_outside
from mtl.training.affordable import require_affordable
from mtl.tuning.tuned import Tuning


@step()
def reach_registry(study: Study) -> None:
    """Find out now, not after the training, whether the registry can be reached and what decisions are signed with."""
    know(study=study.spec.name)
    read_keys()
    registry.probe(study.registry)


@step("Read the data")
def read(study: Study) -> tuple[Study, Frame]:
    """The study with the names of its columns, and its rows."""
    return read_rows(study)


@step("Has anything changed?")
def look_up(study: Study, frame: Frame) -> Outcome | None:
    """What the study came to when it was last made, if nothing has changed since."""
    return unchanged.known_outcome(study, frame)


@step("Check the data")
def check(study: Study, frame: Frame) -> CheckReport:
    """What the data must hold; a critical failure stops the study here."""
    found = data_checks.check_once(study.spec, frame, study.store.docs(study.spec.name), known_champion(study))
    if not found.passed:
        raise DataError(found.summary())
    return found


@step("Split and prepare")
def prepare(study: Study, frame: Frame) -> Prepared:
    """Sides, fitted transforms, arrays on disk; and whether the networks that follow from them can be trained."""
    prepared = prepare_arrays(study.spec, frame, study.store.prepared)
    require_affordable(study.spec, study.approaches, prepared.transforms, prepared.tasks)
    return prepared


@step()
def start_tracking(study: Study, frame: Frame, pinned: Sequence[PinnedIncumbent], attempt: int) -> str:
    """The study's parent run in MLflow."""
    tags = {**incumbents.incumbent_tags(pinned), registry.ATTEMPT_TAG: str(attempt)}
    record = tracking_records.study_record(study.spec, frame, tags, study.candidate)
    run = registry.start_study(study.registry, record)
    know(run=run)
    return run


@step("Log the runs that are known")
def log_known(study: Study, tracked: str, runs: Sequence[FittedRun]) -> Mapping[RunName, str]:
    """Runs that earlier studies fitted, likewise, all at once."""
    records = [tracking_records.training_record(run, reused=True) for run in runs]
    logged = registry.log_training_runs(study.registry, tracked, records)
    return {run.name: child for run, child in zip(runs, logged, strict=True)}


@step("Choose on validation")
def select(study: Study, prepared: Prepared, runs: Sequence[FittedRun]) -> Selection:
    """Candidate and baselines."""
    return choices.select(prepared, runs, [baseline.label for baseline in study.spec.baselines])


@step("Choose among fresh seeds")
def confirm(prepared: Prepared, chosen: Selection, fresh: Sequence[FittedRun], seeds: Sequence[int]) -> Selection:
    """Of the runs that nothing has seen, which are registered and compared."""
    return confirmation.confirm(prepared, chosen, fresh, seeds)


@step()
def read_champion(study: Study) -> AnyChampion:
    """What is served now; that the registry cannot be read is an error, not an answer."""
    return registry.read_champion(study.registry, study.spec.name)


@step("Register the candidate")
def register(
    study: Study,
    frame: Frame,
    chosen: Selection,
    children: Mapping[RunName, str],
    compared: tuple[OpenedTest, Look, Comparison | None],
) -> registry.ModelVersion | None:
    """The candidate, if there is one, as a version of the registered model; no alias points to it yet."""
    opened, looked, comparison = compared
    beside = (opened, looked.found, comparison) if looked.found and comparison else None
    about = (study.spec, study.registry, study.store, frame)
    version = candidate.register_candidate(*about, chosen, children, beside)
    if version:
        know(version=version.version)
    return version


@step("Verify it in a fresh process")
def verify(
    study: Study,
    opened: OpenedTest,
    chosen: Selection,
    version: registry.ModelVersion | None,
    fresh: registry.FreshProcess,
) -> ArtifactCheck | None:
    """Whether the registered copy, in a fresh process, predicts what was evaluated and answers over HTTP."""
    return candidate.verify_candidate(study.spec, study.registry, study.store, opened, chosen, version, fresh)


@step("Decide")
def decide(
    study: Study,
    checks: CheckReport,
    looked: Look,
    comparison: Comparison | None,
    artifact: ArtifactCheck | None,
) -> Decided:
    """The gate."""
    return deciding.decide(study.spec, checks.passed, looked.found, comparison, artifact, looked.budget)


@step("Compare all contenders")
def tell(
    study: Study,
    prepared: Prepared,
    fitted: Mapping[str, FittedRun],
    chosen: Selection,
    decided: Decided,
    tuning: Tuning,
    outside: Sequence[OutsideContender],
) -> Told:
    """Why tasks are not better, and how all contenders compare; `fitted`: all runs by their ids in MLflow.

    MLflow is told what they reached on the test side.
    """
    found = decided.basis.measured
    board = build_leaderboard(choices.gated_tasks(prepared), tuple(fitted.values()), chosen, found, tuning)
    board = with_outside(board, prepared, outside)
    values = tracking_records.values_on_test(found)
    logged = {child: values[run.name] for child, run in fitted.items() if run.name in values}
    registry.log_metrics(study.registry, logged)
    causes = diagnostics.likely_causes(prepared, chosen, decided)
    strongest = strongest_sentences(board, "text" in study.spec.features.by_kind)
    remarks = (*strongest, *sampled_sentences(board), *tuning_sentences(tuning))
    return Told(causes, board, remarks, tuning)


@step("Write the report")
def write_report(
    study: Study,
    sides: tuple[Frame, Prepared],
    fitted: Sequence[FittedRun],
    chosen: Selection,
    decided: Decided,
    told: Told,
    checks: CheckReport,
) -> Path:
    """The page, tables and evidence, in place of the last report."""
    about = about_study(study.spec, *sides)
    material = Material(study.spec, fitted, chosen, decided, told, about, json.loads(checks.to_json()))
    return report_folder.write_report(material, study.report)


@step("Record the decision")
def record(
    study: Study,
    version: registry.ModelVersion | None,
    decided: Decided,
    served: AnyChampion,
    about: tuple[Frame, str, Path],
) -> Recorded:
    """On the version, beside the decisions of other studies; `about`: the rows, the study's run, and its report."""
    frame, tracked, report = about
    origin = origin_of(frame, tracked, report, decided)
    return alias_move.record(study.registry, version, decided.decision, served, origin, read_keys())


@step("Promote or keep")
def promote(study: Study, recorded: Recorded, decided: Decided) -> AliasMove:
    """Move the alias to an accepted version, and the anchor if it is surely better than that, too."""
    move = alias_move.conclude(study.registry, study.store, recorded, study.promotes)
    anchoring.follow(study.registry, move, decided.comparison)
    return move


@step("Close the study")
def finish_tracking(
    study: Study,
    tracked: str,
    decided: Decided,
    checks: CheckReport,
    report: Path,
    version: registry.ModelVersion | None,
) -> None:
    """Close the parent run with the decision, its figures and the report; show the report on Prefect's pages too."""
    decision, comparison = decided.decision, decided.comparison
    title = study_story.run_title(study.spec.name, decision, datetime.now().astimezone())
    told = registry.StudyEnd(title, study_story.study_note(decision, comparison), program_commit(), version)
    registry.finish_study(
        study.registry,
        tracked,
        tags={**tracking_records.decision_tags(decision), **told.tags},
        metrics=study_story.figures_on_test(comparison),
        artifacts=tracking_records.study_artifacts(report, checks.docs),
    )
    if version is not None and (report / CARD).is_file():
        card = study_story.shortened((report / CARD).read_text(encoding="utf-8"))
        registry.describe_version(study.registry, version, card)
    show_report(report, decided.decision.sentence)
