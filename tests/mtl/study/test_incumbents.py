"""The models in use, from the spec to the leaderboard; the registry and the models are stood in for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.evaluation.comparison import ChampionAbsent
from mtl.evaluation.incumbent_comparison import IncumbentCompared, IncumbentPredictions, IncumbentUnknown
from mtl.registry import ModelVersion, Registry
from mtl.spec import IncumbentSpec, Spec
from mtl.study.choices import gated_tasks
from mtl.study.comparing import compare_measured
from mtl.study.deciding import bootstrap_of
from mtl.study.incumbents import (
    IncumbentOnSides,
    SideAnswers,
    ask_incumbents,
    incumbent_tags,
    pin_incumbents,
)
from mtl.study.leaderboard import build_leaderboard
from mtl.study.measured import measure
from mtl.study.outside_models import asked_rows
from mtl.study.outside_standings import contender_in_use, with_outside
from mtl.study.store import Store
from tests.mtl.study.fitted import FittedStudy

WHERE = Registry("sqlite:///nowhere.db")
SPENDING, ILL, GONE = "models:/spending@live", "models:/ill/3", "models:/gone/1"


@pytest.fixture
def spec(fitted: FittedStudy) -> Spec:
    """The small study, whose tasks have models in use: one answers well, one classes, one is not there."""
    models = {"hba1c": SPENDING, "diabetes": ILL, "health": GONE}
    incumbents = {task: IncumbentSpec(model=uri) for task, uri in models.items()}
    return fitted.study.spec.model_copy(update={"incumbents": incumbents})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, pd.DataFrame]]:
    """The models that were asked, and the rows."""
    calls: list[tuple[str, pd.DataFrame]] = []

    def look_up(_: Registry, uri: str) -> ModelVersion:
        known = {SPENDING: ModelVersion("spending", "12", ""), ILL: ModelVersion("ill", "3", "")}
        if uri not in known:
            raise MtlError("there is none")
        return known[uri]

    def answer(_: Registry, version: ModelVersion, rows: pd.DataFrame, *__: object) -> registry.ModelAnswer:
        calls.append((version.uri, rows))
        values = rows["age"] / 100.0 if version.name == "spending" else (rows["age"] > 50).astype(int)
        return registry.ModelAnswer(pd.DataFrame({"0": values}), 1000, 0.5)

    monkeypatch.setattr(registry, "version_at", look_up, raising=False)
    monkeypatch.setattr(registry, "ask_model", answer, raising=False)
    return calls


def found(fitted: FittedStudy, spec: Spec, folder: Path) -> tuple[IncumbentOnSides, ...]:
    sides = (fitted.study.prepared, fitted.study.frame)
    return ask_incumbents(spec, WHERE, Store(folder), sides, pin_incumbents(spec, WHERE), 2)


def test_what_an_alias_means_is_pinned_and_told_to_mlflow(spec: Spec, asked: list[tuple[str, pd.DataFrame]]) -> None:
    assert incumbent_tags(pin_incumbents(spec, WHERE)) == {
        "incumbent.hba1c": "models:/spending/12",
        "incumbent.diabetes": "models:/ill/3",
        "incumbent.health": GONE,
    }


def test_a_registry_that_cannot_be_reached_is_no_answer(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> ModelVersion:
        raise RegistryUnreachableError("no answer")

    monkeypatch.setattr(registry, "version_at", silent, raising=False)
    with pytest.raises(RegistryUnreachableError):
        pin_incumbents(spec, WHERE)


def test_models_are_asked_for_raw_features_and_never_shown_a_label(
    fitted: FittedStudy, spec: Spec, asked: list[tuple[str, pd.DataFrame]], tmp_path: Path
) -> None:
    found(fitted, spec, tmp_path)
    assert sorted(uri for uri, _ in asked) == ["models:/ill/3", "models:/spending/12"]
    for _, rows in asked:
        assert set(rows.columns) == {"age", "bmi", "waist_cm", "gender"}
        pd.testing.assert_frame_equal(rows, asked_rows(spec, fitted.study.prepared, fitted.study.frame))


def test_each_answers_its_task_or_says_why_not(
    fitted: FittedStudy, spec: Spec, asked: list[tuple[str, pd.DataFrame]], tmp_path: Path
) -> None:
    by_task = {each.task: each for each in found(fitted, spec, tmp_path)}
    answers = by_task["hba1c"].answers
    assert isinstance(answers, SideAnswers)
    ages = fitted.opened.rows["age"].to_numpy(dtype=np.float64)
    np.testing.assert_allclose(answers.test, ages / 100.0)
    assert len(answers.validation) == len(fitted.study.prepared.side("validation"))
    assert answers.unseen.all()
    assert answers.bytes == 1000
    assert isinstance(by_task["diabetes"].answers, IncumbentUnknown)
    assert "it answers classes, not probabilities" in by_task["diabetes"].answers.reason
    assert by_task["health"].answers == IncumbentUnknown(GONE, "there is none")


def test_they_are_compared_on_the_observed_rows_that_are_new_to_them(
    fitted: FittedStudy, spec: Spec, asked: list[tuple[str, pd.DataFrame]], tmp_path: Path
) -> None:
    first, *others = found(fitted, spec, tmp_path)
    assert isinstance(first.answers, SideAnswers)
    half = np.arange(len(first.answers.unseen)) % 2 == 0
    told = replace(first, answers=replace(first.answers, unseen=half), declared="keys")
    measured = measure(fitted.opened, fitted.selection, ChampionAbsent(), [told, *others])
    assert measured is not None
    kept = measured.incumbents["hba1c"]
    assert isinstance(kept, IncumbentPredictions)
    assert len(kept.predictions) == len(measured.truths["hba1c"].labels)
    compared = compare_measured(measured, bootstrap_of(spec)).incumbents
    assert isinstance(compared["hba1c"], IncumbentCompared)
    assert compared["hba1c"].difference.labels == int(kept.unseen.sum())
    assert compared["hba1c"].left_out == int((~kept.unseen).sum()) > 0
    assert isinstance(compared["diabetes"], IncumbentUnknown)


def test_those_that_answer_stand_on_the_leaderboard_as_one_contender(
    fitted: FittedStudy, spec: Spec, asked: list[tuple[str, pd.DataFrame]], tmp_path: Path
) -> None:
    prepared = fitted.study.prepared
    board = build_leaderboard(gated_tasks(prepared), fitted.runs, fitted.selection, None)
    assert with_outside(board, prepared, ()) == board
    more = with_outside(board, prepared, contender_in_use(found(fitted, spec, tmp_path)))
    assert len(more.standings) == len(board.standings) + 1
    standing = more.of("hba1c", "in use")
    assert standing is not None
    assert (standing.run, standing.spread) == ("models:/spending/12", 0.0)
    assert np.isfinite([standing.validation, standing.test]).all()
    (cost,) = (each for each in more.costs if each.contender == "in use")
    assert (cost.models, cost.bytes) == (1, 1000)
    worst = max(each.mean_rank for each in more.costs)
    assert cost.mean_rank == worst, "a share of the age is no prediction of it"
