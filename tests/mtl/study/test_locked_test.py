"""The test side is opened for what is compared, and the champion is scored on its raw rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl import registry
from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown
from mtl.registry import Champion, ModelVersion, NoChampion, Registry
from mtl.run_names import RunName
from mtl.study.candidate import bundle_candidate
from mtl.study.locked_test import ChampionOnTest, champion_on_test, open_test, score_champion
from mtl.study.store import Store
from tests.mtl.studies import small_study
from tests.mtl.study.fitted import FittedStudy

WHERE = Registry("sqlite:///nowhere.db")
CHAMPION = Champion(ModelVersion("small", "1", "run"))


def test_the_candidates_approach_and_the_gated_tasks_are_predicted_with_every_seed(fitted: FittedStudy) -> None:
    assert fitted.selection.candidate is not None
    approach = fitted.selection.candidate.name.approach
    together = {RunName(approach, None, seed) for seed in (0, 1)}
    alone = {RunName.single(task, seed) for task in ("hba1c", "diabetes", "health") for seed in (0, 1)}
    pretrained = {RunName.single("diabetes", seed, "hdl") for seed in (0, 1)}
    others = {
        RunName.single(task, None, baseline=baseline)
        for task in ("hba1c", "diabetes", "health")
        for baseline in ("boosted_trees", "linear")
    }
    assert set(fitted.opened.predictions) == together | alone | pretrained | others
    assert RunName.single("hdl", 0) in {run.name for run in fitted.runs}, "fitted for others to start from"


def test_rows_labels_and_predictions_are_in_one_order(fitted: FittedStudy) -> None:
    opened, name = fitted.opened, RunName.single("hba1c", 0)
    assert len(opened.rows) == len(opened.side) == len(opened.predictions[name]["hba1c"])
    labels = opened.side.labels[:, [task.name for task in opened.prepared.tasks].index("hba1c")]
    np.testing.assert_array_equal(opened.rows["log_hba1c"].to_numpy(), labels)


def test_nothing_is_predicted_without_a_candidate(fitted: FittedStudy) -> None:
    none = replace(fitted.selection, candidate=None)
    assert open_test(fitted.study.prepared, fitted.study.frame, fitted.runs, none).predictions == {}


def test_a_champion_ties_with_itself(fitted: FittedStudy, tmp_path: Path) -> None:
    assert fitted.selection.candidate is not None
    folder = bundle_candidate(fitted.study.spec, fitted.selection.candidate, fitted.study.frame, tmp_path)
    champion = champion_on_test("7", folder, fitted.opened)
    assert isinstance(champion, ChampionOnTest)
    found = fitted.compared(champion).champion
    assert not isinstance(found, ChampionAbsent | ChampionUnknown)
    np.testing.assert_allclose([each.difference for each in found.differences], 0.0, atol=1e-6)


def test_a_champion_that_reads_columns_which_are_gone_cannot_be_told(fitted: FittedStudy, tmp_path: Path) -> None:
    other = small_study(tmp_path, features={"numeric": ["age"]})
    folder = bundle_candidate(fitted.study.spec, fitted.runs[0], fitted.study.frame, tmp_path / "bundles")
    opened = open_test(other.prepared, other.frame, [], fitted.selection)
    answer = champion_on_test("7", folder, opened)
    assert isinstance(answer, ChampionUnknown)
    assert "bmi" in answer.reason


def test_no_champion_is_absent_and_nothing_is_downloaded(fitted: FittedStudy, tmp_path: Path) -> None:
    found = score_champion(WHERE, Store(tmp_path), NoChampion("small"), fitted.opened)
    assert found == ChampionAbsent()
    assert list(tmp_path.iterdir()) == []


def test_a_champion_predicts_the_rows_of_the_test_side(
    fitted: FittedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fitted.selection.candidate is not None
    bundle = bundle_candidate(fitted.study.spec, fitted.selection.candidate, fitted.study.frame, tmp_path)
    monkeypatch.setattr(registry, "download_bundle", lambda *_: bundle, raising=False)
    found = score_champion(WHERE, Store(tmp_path), CHAMPION, fitted.opened)
    assert isinstance(found, ChampionOnTest)
    assert found.version == "1"
    assert {task: len(values) for task, values in found.predictions.items()} == dict.fromkeys(
        fitted.study.spec.gated_tasks, len(fitted.opened.rows)
    )


def test_a_champion_that_cannot_be_loaded_is_unknown_and_not_absent(
    fitted: FittedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Path:
        raise MtlError("its files are gone")

    monkeypatch.setattr(registry, "download_bundle", fail, raising=False)
    found = score_champion(WHERE, Store(tmp_path), CHAMPION, fitted.opened)
    assert found == ChampionUnknown("champion version 1 cannot be loaded: its files are gone")
