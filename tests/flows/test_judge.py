"""Models that are in use are beaten or not, and any registered model is judged as a candidate is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lightgbm import LGBMRegressor
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeRegressor

from mtl.registry import Champion, Registry
from mtl.registry.champion import read_champion
from mtl.study.deciding import repeat_decision
from tests.flows.clinics import CLINICS, Finished, mtl, write_clinics
from tests.mtl.registry.users_models import Both, log_python, log_sklearn, reading

pytestmark = pytest.mark.faults

COLUMNS: list[str] = CLINICS["features"]["numeric"]
TASKS = ("north", "south")


class Shop:
    """Where the models of a user live, and a study that knows them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.home.mkdir()
        self.store = Registry.in_folder(self.home)
        self.write()
        self.table = pd.read_parquet(folder / "clinics.parquet")

    def write(self, incumbents: Mapping[str, object] | None = None) -> Path:
        """The study's spec."""
        return write_clinics(self.folder, **({"incumbents": dict(incumbents)} if incumbents else {}))

    def fitted(self, model: BaseEstimator, task: str, columns: Sequence[str] = COLUMNS[:1]) -> Pipeline:
        """A user's model of one task, trained on every row that has a label."""
        rows = self.table[self.table[task].notna()]
        fitted: Pipeline = reading(list(columns), model).fit(rows, rows[task])
        return fitted

    def log(self, name: str, model: BaseEstimator, task: str, columns: Sequence[str] = COLUMNS[:1]) -> str:
        """Such a model in MLflow; its address."""
        return log_sklearn(self.store, name, self.fitted(model, task, columns))

    def judge(self, spec: Path, model: str, *arguments: str) -> Finished:
        return mtl(self.home, "judge", spec, "--candidate", model, *arguments)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def weak(shop: Shop) -> dict[str, object]:
    """A model in use of each clinic that reads one column."""
    return {
        "north": shop.log("north_lr", LinearRegression(), "north"),
        "south": shop.log("south_gbm", LGBMRegressor(n_estimators=1, verbose=-1, n_jobs=1), "south"),
    }


@pytest.fixture(scope="module")
def promoted(shop: Shop, weak: dict[str, object]) -> Finished:
    """A run whose candidate beats both models in use."""
    return mtl(shop.home, "run", shop.write(weak), "--json")


def verdicts(outcome: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {each["task"]: (each["verdict"], each["reason"]) for each in outcome["decision"]["verdicts"]}


def test_a_candidate_that_beats_baselines_and_the_models_in_use_is_promoted(shop: Shop, promoted: Finished) -> None:
    assert promoted.status == 0, promoted.err
    assert "Ask the models in use …" in promoted.err
    outcome = promoted.outcome
    assert outcome["decision"]["promote"] is True, outcome["decision"]
    reasons = verdicts(outcome)
    assert "against the baseline, r2" in reasons["north"][1]
    assert "against models:/north_lr/1, r2" in reasons["north"][1]
    assert "against models:/south_gbm/1, r2" in reasons["south"][1]
    sentence = outcome["decision"]["sentence"]
    assert "better than the single-task models on all 2 gated tasks and than the models in use" in sentence
    assert "What models:/north_lr/1, models:/south_gbm/1 may have been trained on is not declared" in sentence
    in_use = [each for each in outcome["leaderboard"]["standings"] if each["contender"] == "in use"]
    assert [each["run"] for each in in_use] == ["models:/north_lr/1", "models:/south_gbm/1"]


def test_the_decision_is_made_again_from_its_evidence_alone(shop: Shop, promoted: Finished) -> None:
    assert repeat_decision(Path(promoted.outcome["report"])).same
    page = (Path(promoted.outcome["report"]) / "report.md").read_text(encoding="utf-8")
    assert "## Against the models in use" in page
    assert "not declared" in page


@pytest.mark.long
def test_a_model_in_use_that_is_better_keeps_its_task_alone(
    shop: Shop, weak: dict[str, object], promoted: Finished
) -> None:
    strong = shop.log("north_tree", DecisionTreeRegressor(random_state=0), "north", COLUMNS)  # knows the test rows
    lost = mtl(shop.home, "run", shop.write({**weak, "north": strong}), "--json").outcome
    found = verdicts(lost)
    assert lost["decision"]["promote"] is False
    assert found["north"][0] == "worse"
    assert found["north"][1].startswith("against models:/north_tree/1, r2 -")
    assert found["south"][0] == "better"
    assert lost["decision"]["replaceable"] == ["south"]


@pytest.mark.long
def test_declared_rows_are_left_out_and_a_model_that_is_not_there_costs_its_task(
    shop: Shop, weak: dict[str, object], promoted: Finished
) -> None:
    shop.table[["seqn"]].to_csv(shop.folder / "keys.csv", index=False)
    told = {"model": weak["north"], "trained_on_keys": "keys.csv"}
    outcome = mtl(shop.home, "run", shop.write({"north": told, "south": "models:/nobody/3"}), "--json").outcome
    found = verdicts(outcome)
    assert found["north"] == ("undecided", "against models:/north_lr/1, 0 labels, 100 are needed")
    assert found["south"][0] == "undecided"
    assert "against models:/nobody/3, it cannot be told: MLflow at" in found["south"][1]
    assert outcome["comparison"]["tasks"][1]["difference"]["lower"] > 0, "what is known without it is kept"
    assert "not declared" not in outcome["decision"]["sentence"]


@pytest.mark.long
def test_an_own_version_is_judged_without_training_and_promoted_only_if_told_so(shop: Shop, promoted: Finished) -> None:
    spec = shop.write()
    judged = shop.judge(spec, "models:/clinics/1", "--json")
    assert judged.status == 0, judged.err
    outcome = judged.outcome
    assert outcome["decision"]["promote"] is True, outcome["decision"]
    assert outcome["effort"]["trained"] == 0
    assert "of this version alone, which has no seeds" in verdicts(outcome)["north"][1]
    assert outcome["promotion"] == (
        "version 1 of clinics was judged as it is, and nothing was promoted; champion: version 1."
    )
    assert Path(outcome["report"]).name == "clinics-judged-clinics%2F1"
    again = shop.judge(spec, "models:/clinics/1", "--promote")
    assert "which is the champion already" in again.out
    assert isinstance(read_champion(shop.store, "clinics"), Champion)


@pytest.mark.long
def test_a_model_of_anyones_that_answers_all_tasks_is_judged(shop: Shop, promoted: Finished) -> None:
    uri = log_python(shop.store, "both", Both({task: shop.fitted(LinearRegression(), task) for task in TASKS}))
    lost = shop.judge(shop.write(), uri, "--json")
    assert lost.status == 0, lost.err
    found = verdicts(lost.outcome)
    assert {verdict for verdict, _ in found.values()} == {"worse"}, found
    assert lost.outcome["comparison"]["candidate"]["version"] == uri
    assert not any("artifact" in reason for reason in lost.outcome["decision"]["reasons"])
    promoting = shop.judge(shop.write(), uri, "--promote")
    assert promoting.status == 2
    assert "--promote: the champion of clinics is a version of clinics" in promoting.err


@pytest.mark.long
def test_a_model_of_anyones_that_is_better_on_every_task_is_accepted_and_does_not_become_the_champion(
    shop: Shop, promoted: Finished
) -> None:
    """It has seen the rows that it is judged on, so that it is sure to win."""
    remembering = {task: shop.fitted(DecisionTreeRegressor(random_state=0), task, COLUMNS) for task in TASKS}
    before = read_champion(shop.store, "clinics")
    won = shop.judge(shop.write(), log_python(shop.store, "winner", Both(remembering)), "--json")
    assert won.status == 0, won.err
    assert {verdict for verdict, _ in verdicts(won.outcome).values()} == {"better"}
    assert all("of this version alone" in reason for _, reason in verdicts(won.outcome).values())
    assert won.outcome["decision"]["promote"]
    assert read_champion(shop.store, "clinics") == before


@pytest.mark.long
def test_a_model_that_does_not_answer_every_task_is_not_judged(shop: Shop, weak: dict[str, object]) -> None:
    refused = shop.judge(shop.write(), str(weak["north"]))
    assert refused.status == 1
    assert "the candidate models:/north_lr/1 cannot be judged: north: it answers 0, and nothing" in refused.err
    wrong = shop.judge(shop.write(), "clinics/3")
    assert wrong.status == 2
    assert "--candidate: expected models:/NAME/VERSION or models:/NAME@ALIAS; got 'clinics/3'" in wrong.err
