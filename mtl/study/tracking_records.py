"""What MLflow is told of a study: the same names for every scheme and baseline, so that runs can be compared."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import assert_never

import numpy as np

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan
from mtl.data.frame import Frame
from mtl.evaluation.scores import scores_of
from mtl.options import plain_options
from mtl.promotion.decision import Decision
from mtl.registry.records import REPORT_FOLDER, Artifact, DataRecord, Scalar, StudyRecord, TrainingRecord
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection
from mtl.study.measured import Measured
from mtl.training.plans import RunPlan
from mtl.tuning.tuned import RungEnd, TrialRun


def study_record(
    spec: Spec, frame: Frame, tags: Mapping[str, str] | None = None, judged: str | None = None
) -> StudyRecord:
    """The parent run of a study; `judged`: the address of a registered model that it is about."""
    params: dict[str, Scalar] = {
        "tasks": ", ".join(spec.gated_tasks),
        "schemes": ", ".join(scheme.label for scheme in spec.schemes),
        "sharing": ", ".join(sharing.label for sharing in spec.sharing),
        "baselines": ", ".join(baseline.label for baseline in spec.baselines),
        "seeds": ", ".join(map(str, spec.seeds)),
        "split": spec.split.by,
        "confidence": spec.gate.confidence,
        "margin": spec.gate.margin,
    }
    if frame.set_aside:
        params["rows_set_aside"] = frame.set_aside.rows
    data = DataRecord(spec.name, frame.digest, spec.data.source.place, frame.rows, spec.columns)
    known = {**(tags or {}), **({"judged": judged} if judged else {})}
    called = f"judging of {judged} by {spec.name}" if judged else f"study of {spec.name}"
    key = "-".join([spec.digest, frame.digest, *([judged] if judged else [])])
    return StudyRecord(spec.name, called, data, key=key, params=params, tags=known)


COSTS = ("seconds", "epochs", "best_epoch", "milliseconds_per_1000_rows", "bytes")
"""What MLflow keeps of a result beside its scores."""


def training_record(run: FittedRun, reused: bool) -> TrainingRecord:
    """A child run of a study."""
    name, result, plan = run.name, run.result, run.plan
    final = {f"validation/{task}/{m}": value for task, scores in result.scores.items() for m, value in scores.items()}
    params: dict[str, Scalar] = {
        **_approach(name),
        "baseline": name.baseline if name.task else "none",
        "pretrained_on": name.pretrained_on or "none",
        "tasks": ", ".join(plan.tasks),
        "seed": "none" if name.seed is None else name.seed,
        "parameters": result.parameters,
        "multiply_adds": result.multiply_adds,
        **_settings(plan),
    }
    cost = {name: float(getattr(result, name)) for name in COSTS}
    return TrainingRecord(
        str(name),
        name.subject,
        name.seed,
        params=params,
        history=result.history,
        final={key: value for key, value in {**final, **cost}.items() if np.isfinite(value)},
        tags={
            "run.key": plan.key,
            "reused": str(reused).lower(),
            "reason": result.reason,
            "not_converged": result.not_converged,
        },
        status=result.status,
        started=result.started,
        ended=result.started + result.seconds,
    )


def trial_record(run: TrialRun) -> TrainingRecord:
    """A child run of a study that is a trial of some settings: its values at the end, and what it scores.

    Raises:
        ValueError: the trial left nothing.
    """
    if run.result is None:
        raise ValueError(f"{run.trial} left nothing that could be recorded")
    trial = run.trial
    record = training_record(FittedRun(trial.plan, run.result), run.reused)
    return replace(
        record,
        run_name=str(trial),
        params={**record.params, **{f"trial.{name}": f"{value:.4g}" for name, value in trial.settings.items()}},
        history={},
        final={**record.final, **({"score": trial.score} if np.isfinite(trial.score) else {})},
        tags={**record.tags, "level": "trial", "trial": str(trial.number)},
        status="pruned" if trial.pruned else record.status,
    )


def rung_record(end: RungEnd) -> TrainingRecord:
    """A child run of a study that is an approach which was stopped early: its values by then.

    Raises:
        ValueError: it left nothing.
    """
    if end.result is None:
        raise ValueError(f"{end.run} left nothing that could be recorded")
    record = training_record(FittedRun(end.run.plan, end.result), end.reused)
    tags = {**record.tags, "level": "rung"}
    status = record.status if record.status == "failed" else "pruned"
    return replace(record, run_name=str(end.run), history={}, tags=tags, status=status)


def values_on_test(measured: Measured | None) -> dict[RunName, dict[str, float]]:
    """What the runs that the test side was opened for reach there, by the names of validation but for the side."""
    if measured is None:
        return {}
    return {
        run: {
            f"test/{task}/{name}": value
            for task, array in predictions.items()
            if (truth := measured.truths.get(task))
            for name, value in scores_of(truth.kind, truth.classes, truth.labels, array.astype(np.float64)).items()
            if np.isfinite(value)
        }
        for run, predictions in measured.predictions.items()
    }


def standings_table(selection: Selection) -> dict[str, dict[str, float]]:
    """Each multi-task run's standings on validation, as plain values."""
    return {str(name): dict(by_task) for name, by_task in selection.standings.items()}


def decision_tags(decision: Decision) -> dict[str, str]:
    """What the parent run of a study is told of its decision."""
    return {"decision": "promote" if decision.promote else "reject", "sentence": decision.sentence}


def study_artifacts(report: Path, docs: Path | None) -> tuple[Artifact, ...]:
    """What the parent run of a study keeps: the report, and the Data Docs by their first page, if there are any."""
    kept = (Artifact(report, REPORT_FOLDER),)
    return (*kept, Artifact(docs.parent, "data_docs")) if docs else kept


def version_tags(spec: Spec, frame: Frame, run: FittedRun) -> dict[str, str]:
    """Tags of a version that was registered from a run."""
    return {
        "study": spec.name,
        **_approach(run.name),
        "parameters": str(run.result.parameters),
        "multiply_adds": str(run.result.multiply_adds),
        "seed": str(run.name.seed),
        "tasks": ", ".join(spec.gated_tasks),
        "data.digest": frame.digest,
        "spec.digest": spec.digest,
        "run.key": run.plan.key,
    }


def _settings(plan: AnyPlan) -> dict[str, Scalar]:
    """What a run was told, by section of the spec."""
    match plan:
        case RunPlan(model=model, training=training):
            sections = {"model": dict(model), "training": training.model_dump()}
        case MethodPlan(method=method):
            sections = {"baseline": plain_options(method)}
        case _ as never:
            assert_never(never)
    return {f"{section}.{key}": str(value) for section, told in sections.items() for key, value in told.items()}


def _approach(name: RunName) -> dict[str, str]:
    """The same two names for a run and for the version that is made of it."""
    if name.approach is None:
        return {"scheme": "single-task", "sharing": "none"}
    return {"scheme": name.approach.scheme, "sharing": name.approach.sharing}
