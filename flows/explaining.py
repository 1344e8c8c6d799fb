"""`mtl explain` and `mtl learning-curve`: short trainings that are judged on validation, without Prefect or MLflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from flows.open_study import Study, open_study
from flows.plain_fitting import fit_plain
from flows.progress import showing_progress, stage
from flows.reading import read_rows
from flows.run_places import run_executor
from flows.settings import read_settings
from mtl import registry
from mtl.baselines.study_runs import plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, prepare
from mtl.errors import MtlError, UserError
from mtl.evaluation.comparison import Comparison
from mtl.explanation.curve_runs import curve_of, curve_plans
from mtl.explanation.explained import shown_of
from mtl.explanation.learning_curve import LearningCurve
from mtl.explanation.named_cause import Cause, Shown, named_cause
from mtl.explanation.probes import alone_like, probes_of
from mtl.jsonable import from_json
from mtl.promotion.decision import Decision
from mtl.run_names import RunName
from mtl.shown import reason_of, shortened
from mtl.spec import parse_spec
from mtl.study.choices import gated_tasks
from mtl.study.deciding import DECISION
from mtl.study.store import Store
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.chosen_plans import plans_with
from mtl.tuning.tuned import Tuning

SEEDS = (90001, 90002, 90003)
"""That probes are trained with: no study's own, by which something was chosen."""


@dataclass(frozen=True)
class _Past:
    """What a study's last report says: its decision, its candidate, its tuned settings."""

    decision: Decision
    candidate: RunName
    tuning: Tuning


def explain_study(name: str, console: Console) -> list[tuple[Shown, Cause]]:
    """Why each gated task that is not better in a study's last report is not: what was shown, and the cause.

    Raises:
        UserError: there is no such report.
        MtlError: it has no candidate that could be trained again.
    """
    study, report = _study_of(name)
    past = _past(report)
    wanting = [each.task for each in past.decision.verdicts if each.verdict != "better"]
    if not wanting:
        return []
    with showing_progress(console):
        study, frame, prepared = _ready(study)
        like = _candidate_plan(study, frame, prepared, past)
        probes = probes_of(like, {task: alone_like(like, task) for task in wanting}, SEEDS)
        results = _fitted(study, (like, *(plan for probe in probes for plan in probe.plans)))
        left = {probe.key: [results[plan.key] for plan in probe.plans] for probe in probes}
    found = [shown_of(prepared, task, probes, left, results[like.key]) for task in wanting]
    return [(shown, named_cause(shown)) for shown in found]


def curves_of(spec: str, console: Console) -> list[LearningCurve]:
    """What more labels would bring on each gated task, by the first approach of a spec, or by its last candidate.

    Raises:
        UserError: no such spec.
        MtlError: the data cannot be read or split, or a training fails.
    """
    study = open_study(spec, read_settings())
    report = study.store.report(study.spec.name)
    with showing_progress(console):
        study, frame, prepared = _ready(study)
        past = _past(report) if (report / "comparison.json").is_file() else None
        like = _candidate_plan(study, frame, prepared, past)
        plans = curve_plans(like, SEEDS)
        results = _fitted(study, [plan for each in plans.values() for plan in each])
    left = {share: [results[plan.key] for plan in each] for share, each in plans.items()}
    return [curve_of(task, plans, left) for task in gated_tasks(prepared)]


def _study_of(name: str) -> tuple[Study, Path]:
    """The spec that a study's last report was made of, and the report."""
    settings = read_settings()
    store = Store(settings.home)
    report = store.report(name)
    if "/" in name or not (report / "spec.json").is_file():
        raise UserError(
            f"STUDY: '{shortened(name)}' has no report in {settings.home}; run it first: `mtl run {shortened(name)}`"
        )
    spec = parse_spec((report / "spec.json").read_text(encoding="utf-8"), f"{name}/spec.json", report)
    return Study(spec, store, registry.Registry(settings.tracking_uri), settings.workers), report


def _past(report: Path) -> _Past:
    try:
        decision = Decision.from_json((report / DECISION).read_bytes())
        comparison = from_json(Comparison, (report / "comparison.json").read_bytes())
        tuning = from_json(Tuning, (report / "tuning.json").read_bytes())
    except (OSError, ValueError) as error:
        raise MtlError(f"{report} holds no comparison, of which a cause could be sought: {reason_of(error)}") from error
    if comparison.candidate.approach is None:
        raise MtlError(f"{comparison.candidate} was judged as it is: it cannot be trained again with something changed")
    return _Past(decision, comparison.candidate, tuning)


def _ready(study: Study) -> tuple[Study, Frame, Prepared]:
    with stage("Read and prepare the data"):
        study, frame = read_rows(study)
        return study, frame, prepare(study.spec, frame, study.store.prepared)


def _candidate_plan(study: Study, frame: Frame, prepared: Prepared, past: _Past | None) -> RunPlan:
    """A run of the candidate with its tuned settings; without a past, the first run of the first approach."""
    plans = plan_study(study.spec, study.approaches, prepared, frame, study.store.runs)
    told = plans_with(plans, past.tuning.settings) if past else plans
    together = [plan for plan in told if isinstance(plan, RunPlan) and plan.name.approach]
    if past is None:
        return together[0]
    like = next((plan for plan in together if plan.name.approach == past.candidate.approach), None)
    if like is None or past.candidate.seed is None:
        raise MtlError(f"the spec trains no {past.candidate} any more; run the study again")
    return like.with_seed(past.candidate.seed)


def _fitted(study: Study, plans: Sequence[RunPlan]) -> Mapping[str, RunResult]:
    """By key; a training that failed is an error, since what is missing would be taken for an answer.

    Raises:
        MtlError: one failed.
    """
    with run_executor(read_settings()) as executor:
        done = fit_plain(plans, executor, study.workers, "Train what would tell")
    for run, reason in done.failures.items():
        raise MtlError(f"{run} failed, without which nothing can be told: {reason}")
    return {run.plan.key: run.result for run in done.runs}
