"""What stands beside a champion's predictions: the models that it replaced, read once for each version."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.replaced_models import ReplacedModels
from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent
from mtl.jsonable import to_json
from mtl.monitoring.opponents.beside import PROMISE, read_about
from mtl.serving.ask_page import form_of
from mtl.serving.bundle import load_bundle, predictions_in
from mtl.serving.reload import Served
from mtl.study.opponents_beside import write_opponents
from tests.mtl.serving import bundles
from tests.mtl.study.fitted import FittedStudy


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FittedStudy:
    return FittedStudy(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def folder(fitted: FittedStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    beside = tmp_path_factory.mktemp("beside")
    found = fitted.measured(ChampionAbsent()), fitted.compared(ChampionAbsent())
    write_opponents(beside, fitted.study.spec, fitted.study.frame, fitted.selection, fitted.opened, found)
    return beside


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Of which its version alone is asked, and its example by the form."""
    return Served("7", load_bundle(bundles.bundle(tmp_path_factory.mktemp("served") / "bundle")))


@pytest.fixture(scope="module")
def rows(fitted: FittedStudy) -> pd.DataFrame:
    return fitted.opened.rows.head(20)


def test_each_task_has_the_prediction_of_the_model_that_was_compared(
    fitted: FittedStudy, folder: Path, served: Served, rows: pd.DataFrame
) -> None:
    found = ReplacedModels(lambda version: folder).beside(served, rows)
    assert found is not None
    compared = fitted.compared(ChampionAbsent())
    for task in fitted.study.prepared.tasks:
        if task.name in compared.baselines:
            expected = fitted.opened.predictions[compared.baselines[task.name]][task.name][: len(rows)]
            np.testing.assert_allclose(predictions_in(task, found), expected, rtol=1e-5, atol=1e-5)


def test_they_are_read_once_for_each_version(folder: Path, served: Served, rows: pd.DataFrame) -> None:
    asked: list[str] = []

    def find(version: str) -> Path:
        asked.append(version)
        return folder

    models = ReplacedModels(find)
    for version in ("7", "7", "8", "8", "7"):
        assert models.beside(replace(served, version=version), rows) is not None
    assert asked == ["7", "8", "7"]


def test_a_model_that_was_not_kept_is_left_out(
    fitted: FittedStudy, folder: Path, served: Served, rows: pd.DataFrame, tmp_path: Path
) -> None:
    promise, _ = read_about(folder)
    lost, *others = [each.task for each in promise.tasks]
    part = tmp_path / "part"
    part.mkdir()
    for file in folder.iterdir():
        (part / file.name).symlink_to(file)
    (part / PROMISE).unlink()
    (part / PROMISE).write_text(to_json(replace(promise, stored={lost: "it is somebody's own"})), encoding="utf-8")
    found = ReplacedModels(lambda version: part).beside(served, rows)
    assert {str(name).split(".")[0] for name in ([] if found is None else found)} == set(others)


def test_a_version_without_any_has_nothing_beside_it(served: Served, rows: pd.DataFrame) -> None:
    models = ReplacedModels(lambda version: None)
    assert models.beside(served, rows) is None
    assert form_of("demo", served, models)["single_task"] is False


def test_what_cannot_be_read_is_told_and_asked_for_again(
    folder: Path, served: Served, rows: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    failing = [True]

    def find(version: str) -> Path:
        if failing.pop() if failing else False:
            raise MtlError("the registry is away")
        return folder

    models = ReplacedModels(find)
    assert models.beside(served, rows) is None
    assert "nothing stands beside version 7: the registry is away" in caplog.text
    assert models.beside(served, rows) is not None
