"""One Prefect task per line of the flow: a thin wrapper, with retries where another try can help, around one call.

A step takes and gives frozen values that name files by path and digest, so it can be repeated at any time: what exists
already is not made again. Prefect's own result cache is off; it would be a second, weaker answer to the same question.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

import data_checks
from data_checks import CheckReport
from flows.executors import WorkerDiedError
from flows.move_champion import move_alias
from flows.open_study import Study
from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.data.prepared import prepare as prepare_arrays
from mtl.data.sources import read_source
from mtl.data.splits import split_rows
from mtl.errors import DataError, MtlError, PretrainingFailedError
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown, Comparison
from mtl.promotion.decision import Decision
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.promotion.gate import decide as decide_on
from mtl.report import report_folder
from mtl.run_names import RunName
from mtl.study import candidate, choices, locked_test, tracking_records
from mtl.study.choices import FittedRun, Selection
from mtl.study.locked_test import ChampionOnTest
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult

OPTIONS: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
LOST_WORKER_RETRIES = 3


def _worker_died(_: Task[Any, Any], __: TaskRun, state: State[Any]) -> bool:
    """Only a lost worker is worth another try: the same plan would fail the same way again."""
    outcome = state.result(raise_on_failure=False)
    return isinstance(outcome, WorkerDiedError)


@task(**OPTIONS)
def reach_registry(study: Study) -> None:
    """Find out now, not after the training, whether the registry can be reached."""
    registry.probe(study.registry)


@task(**OPTIONS)
def read(study: Study) -> Frame:
    """The study's rows."""
    return read_source(study.spec, study.store.archives, study.store.frames)


@task(**OPTIONS)
def check(study: Study, frame: Frame) -> CheckReport:
    """What the data must hold; a critical failure stops the study here."""
    found = data_checks.check(study.spec, frame.read(), study.store.docs(study.spec.name))
    if not found.passed:
        raise DataError(found.summary())
    return found


@task(**OPTIONS)
def prepare(study: Study, frame: Frame) -> Prepared:
    """Sides, fitted transforms, arrays on disk."""
    split = split_rows(study.spec, frame.read())
    return prepare_arrays(study.spec, frame, split, study.store.prepared)


@task(**OPTIONS)
def start_tracking(study: Study, frame: Frame) -> str:
    """The study's parent run in MLflow."""
    return registry.start_study(study.registry, tracking_records.study_record(study.spec, frame))


@task(**OPTIONS, task_run_name="{plan.name}", retries=LOST_WORKER_RETRIES, retry_condition_fn=_worker_died)
def fit(plan: RunPlan, executor: Executor) -> RunResult:
    """One run, in a process that knows nothing of Prefect.

    The run that it starts from has ended before. If it left nothing, it is not fitted once more here, where all the
    runs that start from it would do so at the same time.
    """
    if plan.pretrained and not (plan.result or plan.pretrained.result):
        raise PretrainingFailedError(f"the run that it starts from, {plan.pretrained.name}, left no result")
    result = plan.result or executor.submit(fit_run, plan).result()
    told = f"{result.status} after {result.epochs} epochs in {result.seconds:.1f} s; kept epoch {result.best_epoch}"
    get_run_logger().info(" ".join([told, result.reason]).strip())
    return result


@task(**OPTIONS, task_run_name="log {run.name}")
def log_run(study: Study, tracked: str, run: FittedRun, reused: bool) -> str:
    """The run as a child of the study's, with its values per epoch."""
    return registry.log_training_run(study.registry, tracked, tracking_records.training_record(run, reused))


@task(**OPTIONS)
def select(prepared: Prepared, runs: Sequence[FittedRun]) -> Selection:
    """Candidate and baselines, chosen on validation."""
    return choices.select(prepared, runs)


@task(**OPTIONS)
def read_champion(study: Study) -> registry.Champion | registry.NoChampion:
    """What is served now; that the registry cannot be read is an error, not an answer."""
    return registry.read_champion(study.registry, study.spec.name)


@task(**OPTIONS)
def score_champion(
    study: Study, frame: Frame, prepared: Prepared, champion: registry.Champion | registry.NoChampion
) -> ChampionOnTest | ChampionAbsent | ChampionUnknown:
    """The champion's predictions for the test rows."""
    if isinstance(champion, registry.NoChampion):
        return ChampionAbsent()
    try:
        folder = registry.download_bundle(study.registry, champion.model, study.store.downloads(study.registry.shown))
        return locked_test.champion_on_test(champion.version, folder, prepared, frame)
    except MtlError as error:
        return ChampionUnknown(f"champion {champion} cannot be loaded: {error}")


@task(**OPTIONS)
def compare(
    study: Study,
    prepared: Prepared,
    runs: Sequence[FittedRun],
    chosen: Selection,
    champion: ChampionOnTest | ChampionAbsent | ChampionUnknown,
) -> Comparison | None:
    """The locked test side, opened once."""
    evidence = report_folder.empty_report(study.store.report(study.spec.name))
    return locked_test.compare_on_test(study.spec, prepared, runs, chosen, champion, evidence)


@task(**OPTIONS)
def register(
    study: Study, frame: Frame, chosen: Selection, children: Mapping[RunName, str]
) -> registry.ModelVersion | None:
    """The candidate, if there is one, as a version of the registered model; no alias points to it yet."""
    if chosen.candidate is None or chosen.candidate.name.approach is None:
        return None
    bundle = candidate.bundle_candidate(study.spec, chosen.candidate, frame, study.store.bundles)
    tags = tracking_records.version_tags(study.spec, frame, chosen.candidate, chosen.candidate.name.approach)
    return registry.register(study.registry, study.spec.name, bundle, children[chosen.candidate.name], tags)


@task(**OPTIONS)
def verify(
    study: Study, frame: Frame, chosen: Selection, version: registry.ModelVersion | None
) -> ArtifactCheck | None:
    """Whether the registered copy, in a fresh process, predicts what was evaluated and answers over HTTP."""
    if chosen.candidate is None or version is None:
        return None
    with candidate.expected_files(study.spec, chosen.candidate, frame) as (rows, expected):
        return registry.verify_artifact(study.registry, version, rows, expected)


@task(**OPTIONS)
def decide(study: Study, checks: CheckReport, found: Comparison | None, artifact: ArtifactCheck | None) -> Decision:
    """The gate."""
    evidence = Evidence(study.spec.gated_tasks, checks.passed, found, artifact)
    return decide_on(evidence, study.spec.gate)


@task(**OPTIONS)
def promote(
    study: Study,
    version: registry.ModelVersion | None,
    decision: Decision,
    champion: registry.Champion | registry.NoChampion,
) -> str:
    """Record the decision on the version and, if it was accepted, move the alias; one sentence on what happened."""
    if version is None:
        return f"No version was registered; the champion stays as it was: {champion}."
    tags = registry.decision_tags(decision.promote, decision.sentence, champion)
    tagged = registry.tag_version(study.registry, version, tags)
    if not decision.promote:
        return f"Registered as {version}; the champion stays as it was: {champion}."
    if not study.promotes:
        return f"Registered as {version}, to be promoted with `mtl promote {version.name}`; champion: {champion}."
    promoted = move_alias(study.registry, study.store, tagged, champion)
    if isinstance(champion, registry.Champion) and champion.version == version.version:
        return f"The candidate is {version}, which is the champion already."
    return f"{promoted.name} has a new champion: version {promoted.version}, after {champion}."


@task(**OPTIONS)
def write_report(
    study: Study,
    runs: Sequence[FittedRun],
    chosen: Selection,
    found: Comparison | None,
    decision: Decision,
    causes: Sequence[str],
    checks: CheckReport,
) -> Path:
    """Tables, plots and evidence on disk."""
    folder = report_folder.write_report(
        study.spec, runs, chosen, found, decision, causes, study.store.report(study.spec.name)
    )
    (folder / "data_checks.json").write_text(checks.to_json(), encoding="utf-8")
    return folder


@task(**OPTIONS)
def finish_tracking(study: Study, tracked: str, decision: Decision, checks: CheckReport, folder: Path) -> None:
    """Close the parent run with the decision, the report and the Data Docs; show the report on Prefect's pages too."""
    tags = {"decision": "promote" if decision.promote else "reject", "sentence": decision.sentence}
    artifacts = [registry.Artifact(folder, "report")]
    if checks.docs is not None:
        artifacts.append(registry.Artifact(study.store.docs(study.spec.name), "data_docs"))
    registry.finish_study(study.registry, tracked, tags=tags, artifacts=artifacts)
    key = f"report-{study.spec.name}".lower().replace("_", "-")
    create_markdown_artifact((folder / "report.md").read_text(encoding="utf-8"), key, decision.sentence)
