"""`mtl run`, as a user runs it: real data, real processes, a real registry."""

import json
import sqlite3
from pathlib import Path

import pytest

from mtl import registry
from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, write_clinics


class Study:
    """A study that was run once, and where it lives."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.spec = write_clinics(folder)
        self.first = mtl(self.home, "run", self.spec, "--json", own_prefect=True)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(tmp_path_factory.mktemp("clinics"))


@pytest.fixture(scope="module")
def again(study: Study) -> Finished:
    return mtl(study.home, "run", study.spec)


def test_a_candidate_that_is_better_on_every_task_becomes_the_champion(study: Study) -> None:
    assert study.first.status == 0, study.first.err
    assert "models in use" not in study.first.err
    outcome = study.first.outcome
    assert outcome["decision"]["promote"] is True
    assert {each["task"]: each["verdict"] for each in outcome["decision"]["verdicts"]} == {
        "north": "better",
        "south": "better",
    }
    champion = registry.read_champion(registry.Registry.in_folder(study.home), "clinics")
    assert isinstance(champion, registry.Champion)
    assert champion.version == outcome["version"] == "1"
    assert champion.model.tags["decision"] == "promote"
    assert {"scheme", "seed", "data.digest", "bundle.digest"} <= set(champion.model.tags)


def test_the_outcome_counts_runs_and_seconds(study: Study) -> None:
    effort = study.first.outcome["effort"]
    assert (effort["trained"], effort["reused"], effort["workers"]) == (8, 0, 2)
    assert effort["training_seconds"] > 0
    assert study.first.outcome["wall_seconds"] > effort["training_seconds"] / effort["workers"]


def test_a_second_run_trains_nothing_again_and_finds_the_same_champion(study: Study, again: Finished) -> None:
    assert again.status == 0, again.err
    assert "0 runs trained, 8 reused" in again.out
    assert "version 1 of clinics, which is the champion already" in again.out


def test_people_get_a_table_a_sentence_and_where_to_look(study: Study, again: Finished) -> None:
    for word in ("north", "south", "baseline", "candidate", "verdict", "better", "Promote:", "mtl ui", "report.md"):
        assert word in again.out
    assert "Traceback" not in again.err


def test_the_report_holds_the_evidence_and_the_plots(study: Study) -> None:
    folder = Store(study.home).report("clinics")
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "report.md",
        "decision.json",
        "evidence.npz",
        "comparison.json",
        "data_checks.json",
        "differences.png",
        "weights.png",
        "gradient_cosines.png",
    }
    assert json.loads((folder / "decision.json").read_text())["promote"] is True
    assert all(path.stat().st_size > 0 for path in folder.iterdir())


def test_mlflow_shows_a_parent_and_a_child_for_each_run_under_the_same_metric_names(study: Study) -> None:
    runs, metrics = _mlflow(study.home, study.first.outcome["run_id"])
    together = {run for run, name in runs.items() if not name.startswith("single-task")}
    alone = {run for run, name in runs.items() if name.startswith("single-task north")}
    assert (len(runs), len(together), len(alone)) == (8, 4, 2)
    for name in ("validation/north/r2", "validation/north/loss", "weight/north", "loss/north"):
        assert metrics[name] == together | alone
    assert metrics["cosine/north/south"] == together


def test_prefect_knows_every_run_as_a_step_that_completed(study: Study) -> None:
    with sqlite3.connect(study.home / "prefect" / "prefect.db") as connection:
        states = dict(connection.execute("select name, state_name from task_run").fetchall())
    for run in ("equal, seed 0", "pcgrad, seed 1", "single-task north, seed 0", "single-task south, seed 1"):
        assert states[run] == "Completed"


def _mlflow(home: Path, parent: str) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Child runs by id, and which of them logged each metric."""
    with sqlite3.connect(home / "mlflow.db") as connection:
        children = connection.execute(
            "select r.run_uuid, r.name from runs r join tags t on t.run_uuid = r.run_uuid"
            " where t.key = 'mlflow.parentRunId' and t.value = ?",
            (parent,),
        ).fetchall()
        runs = dict(children)
        metrics: dict[str, set[str]] = {}
        for run, key in connection.execute("select distinct run_uuid, key from metrics"):
            if run in runs:
                metrics.setdefault(key, set()).add(run)
    return runs, metrics
