"""`mtl run`, as a user runs it, and `mtl decide` on what it left: real data, real processes, a real registry."""

import json
import re
import sqlite3
from pathlib import Path

import mlflow
import pytest

from mtl import registry
from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, write_clinics

OPPONENTS = ["network", "boosted_trees", "linear"]
"""Every one that a user would try himself."""


class Study:
    """A study with every opponent, that was run once, and where it lives."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.spec = write_clinics(folder, baselines=OPPONENTS)
        self.first = mtl(self.home, "run", self.spec, "--json", own_prefect=True)
        self.report = Store(self.home).report("clinics")


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
    assert (effort["trained"], effort["reused"], effort["workers"]) == (18, 0, 2)
    assert effort["training_seconds"] > 0
    assert study.first.outcome["wall_seconds"] > effort["training_seconds"] / effort["workers"]


def test_a_second_run_trains_nothing_again_and_finds_the_same_champion(study: Study, again: Finished) -> None:
    assert again.status == 0, again.err
    assert "0 runs trained, 18 reused" in again.out
    assert "version 1 of clinics, which is the champion already" in again.out


def test_people_get_a_table_a_sentence_and_where_to_look(study: Study, again: Finished) -> None:
    for word in (
        "north",
        "south",
        "baseline",
        "candidate",
        "verdict",
        "better",
        "Promote:",
        "mtl ui",
        "mtl report",
        "report.html",
        "Leaderboard",
        "boosted trees",
    ):
        assert word in again.out
    assert "Traceback" not in again.err


def test_a_decision_is_the_same_whatever_it_is_asked_by(study: Study) -> None:
    sentence = study.first.outcome["decision"]["sentence"]
    for asked in (study.report, "clinics", study.first.outcome["run_id"]):
        done = mtl(study.home, "decide", asked, "--exit-code")
        assert (done.status, done.err) == (0, "")
        assert done.out.strip() == f"The same decision from the evidence: {sentence}"


def test_a_decision_that_was_edited_is_found_out(study: Study) -> None:
    decision = study.report / "decision.json"
    kept = decision.read_text()
    try:
        decision.write_text(json.dumps({**json.loads(kept), "replaceable": []}))
        done = mtl(study.home, "decide", study.report, "--exit-code")
    finally:
        decision.write_text(kept)
    assert done.status == 3
    assert "could take over: none; now north, south" in done.out


def test_what_is_no_report_and_no_run_is_a_clear_line(study: Study) -> None:
    done = mtl(study.home, "decide", "nosuch")
    assert done.status == 1
    assert "nosuch" in done.err
    assert "Traceback" not in done.err


def test_every_contender_is_on_the_leaderboard(study: Study) -> None:
    board = study.first.outcome["leaderboard"]
    assert board["baselines"] == OPPONENTS
    assert {(each["task"], each["contender"]) for each in board["standings"]} == {
        (task, contender) for task in ("north", "south") for contender in (*OPPONENTS, "equal", "pcgrad")
    }
    models = {**dict.fromkeys(OPPONENTS, 2), "equal": 1, "pcgrad": 1}
    assert {cost["contender"]: cost["models"] for cost in board["costs"]} == models
    stored = json.loads((study.report / "leaderboard.json").read_text(encoding="utf-8"))
    assert stored["candidate"] == board["candidate"]


def test_the_opponent_is_the_best_on_validation_of_all_baselines(study: Study) -> None:
    outcome = study.first.outcome
    for task, chosen in outcome["comparison"]["baselines"].items():
        values = {
            each["contender"]: each["validation"]
            for each in outcome["leaderboard"]["standings"]
            if each["task"] == task and each["contender"] in OPPONENTS
        }
        assert chosen["baseline"] == max(values, key=values.__getitem__)


def test_the_report_holds_the_remarks_the_evidence_and_the_plots(study: Study) -> None:
    folder = study.report
    page = (folder / "report.md").read_text(encoding="utf-8")
    assert all(remark in page for remark in study.first.outcome["remarks"])
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "report.html",
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
    together = {run for run, name in runs.items() if name.startswith(("equal", "pcgrad"))}
    alone = {run for run, name in runs.items() if name.startswith("single-task north")}
    others = {run for run, name in runs.items() if name in ("boosted trees north", "linear north")}
    fresh = {run for run, name in runs.items() if "seed" in name and not name.endswith(("seed 0", "seed 1"))}
    assert (len(runs), len(fresh)) == (18, 6), "three fresh seeds of the candidate's approach, three of a network"
    assert (len(together - fresh), len(alone - fresh), len(others)) == (4, 2, 2)
    assert metrics["validation/north/r2"] == together | alone | others
    for name in ("validation/north/loss", "weight/north", "loss/north"):
        assert metrics[name] == together | alone
    assert metrics["cosine/north/south"] == together


def test_prefect_knows_every_run_as_a_step_that_completed(study: Study) -> None:
    with sqlite3.connect(study.home / "prefect" / "prefect.db") as connection:
        states = dict(connection.execute("select name, state_name from task_run").fetchall())
    for run in ("equal, seed 0", "pcgrad, seed 1", "single-task north, seed 0", "single-task south, seed 1"):
        assert states[run] == "Completed"


def test_prefect_names_the_run_and_says_at_its_end_what_was_decided(study: Study) -> None:
    with sqlite3.connect(study.home / "prefect" / "prefect.db") as connection:
        asked = "select f.name, s.message from flow_run f join flow_run_state s on f.state_id = s.id"
        [(name, message)] = connection.execute(asked).fetchall()
    assert re.fullmatch(r"clinics · [0-9-]{10} [0-9:]{5}", name)
    assert message == study.first.outcome["decision"]["sentence"]


def test_mlflow_says_of_the_study_what_was_decided_and_of_the_version_what_it_is(study: Study) -> None:
    client = mlflow.MlflowClient(registry.Registry.in_folder(study.home).tracking_uri)
    outcome = study.first.outcome
    run = client.get_run(outcome["run_id"])
    assert re.fullmatch(r"clinics · promote 2/2 · [0-9:]{5}", str(run.info.run_name))
    assert run.data.tags["mlflow.note.content"].startswith(f"**{outcome['decision']['sentence']}**")
    assert run.data.tags["registered.version"] == "clinics/1"
    for each in outcome["comparison"]["tasks"]:
        paired = each["difference"]
        for name, value in (("candidate", "candidate"), ("baseline", "reference"), ("lower", "lower")):
            assert run.data.metrics[f"test/{paired['task']}/{name}"] == paired[value]
    card = str(client.get_model_version("clinics", "1").description)
    assert card == (study.report / "model_card.md").read_text(encoding="utf-8")
    assert card.startswith("# clinics\n\n## Use\n\nOne model that answers north (regression), south (regression).")


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
