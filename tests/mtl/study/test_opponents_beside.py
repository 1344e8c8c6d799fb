"""The opponents of a candidate lie beside it, predict what was compared, and hold no pickle."""

from pathlib import Path

import numpy as np
import pytest

from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent
from mtl.manifest import is_intact
from mtl.monitoring.opponents.beside import opponent_of, read_about
from mtl.study.opponents_beside import write_opponents
from tests.mtl.study.fitted import FittedStudy


@pytest.fixture(scope="module")
def beside(fitted: FittedStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    found = fitted.measured(ChampionAbsent()), fitted.compared(ChampionAbsent())
    study = fitted.study
    write_opponents(folder, study.spec, study.frame, fitted.selection, fitted.opened, found)
    return folder


def test_each_opponent_predicts_what_was_compared(fitted: FittedStudy, beside: Path) -> None:
    promise, _ = read_about(beside)
    compared = fitted.compared(ChampionAbsent())
    assert promise.stored == {}
    assert [each.task for each in promise.tasks] == list(compared.baselines)
    for task, run in compared.baselines.items():
        opponent = opponent_of(beside, promise, task)
        again = opponent.predict(fitted.opened.rows)
        np.testing.assert_allclose(again, fitted.opened.predictions[run][task], rtol=1e-5, atol=1e-5)
        assert opponent.task.name == task
        assert set(opponent.columns) == set(fitted.study.spec.features.columns)


def test_the_promise_is_the_difference_of_then(fitted: FittedStudy, beside: Path) -> None:
    promise, _ = read_about(beside)
    compared = fitted.compared(ChampionAbsent())
    for each in promise.tasks:
        then = compared.of(each.task)
        assert then is not None
        assert each.difference == then.difference
        assert each.opponent == str(compared.baselines[each.task])
        assert 0 <= each.tolerance < each.bound
        assert promise.labels[each.task] == fitted.study.spec.label(each.task)


def test_what_was_predicted_is_known_by_the_names_of_answers(fitted: FittedStudy, beside: Path) -> None:
    _, predicted = read_about(beside)
    tasks = {task.name for task in fitted.study.prepared.tasks if not task.auxiliary}
    assert {column.name.split(".")[0] for column in predicted.columns} == tasks
    assert {column.rows for column in predicted.columns} == {len(fitted.opened.rows)}


def test_nothing_beside_a_version_is_pickled_and_all_of_it_is_in_the_manifest(beside: Path) -> None:
    files = [file for file in beside.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= {".json", ".safetensors", ".parquet", ""}
    assert is_intact(beside)


def test_an_opponent_that_was_not_stored_says_why(beside: Path) -> None:
    promise, _ = read_about(beside)
    task = promise.tasks[0].task
    lost = type(promise)(promise.tasks, {task: "it is somebody's own"}, promise.labels)
    with pytest.raises(MtlError, match="was not stored: it is somebody's own"):
        opponent_of(beside, lost, task)
    with pytest.raises(MtlError, match=r"cannot be read: .* holds no readable model bundle"):
        opponent_of(beside / "nowhere", promise, task)
    with pytest.raises(MtlError, match="holds no promise that can be read"):
        read_about(beside / "nowhere")
