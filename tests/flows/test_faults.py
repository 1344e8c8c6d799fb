"""Planted faults: each is refused or survived, and none promotes."""

import json
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl import registry
from mtl.manifest import write_manifest
from mtl.registry import Registry
from mtl.study.store import Store
from mtl.training.results import WEIGHTS
from tests.flows.clinics import Finished, mtl, write_clinics

pytestmark = pytest.mark.faults


def champion_of(home: Path) -> registry.Champion | registry.NoChampion:
    return registry.read_champion(Registry.in_folder(home), "clinics")


def verdicts(done: Finished) -> dict[str, str]:
    return {each["task"]: each["verdict"] for each in done.outcome["decision"]["verdicts"]}


def test_a_critical_data_failure_stops_before_any_training(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, checks={"columns": {"age": {"min": 0, "max": 120}}})
    table = pd.read_parquet(tmp_path / "clinics.parquet")
    table.loc[table.index[3], "age"] = 1048.0
    table.to_parquet(tmp_path / "clinics.parquet")
    done = mtl(home, "run", spec)
    assert done.status == 1
    assert "age" in done.err
    assert "1048" in done.err
    assert f"seqn={table['seqn'].iloc[3]}" in done.err
    assert "Traceback" not in done.err
    assert not Store(home).runs.exists()
    checked = mtl(home, "check", spec)
    assert checked.status == 1
    assert "1048" in checked.out


def test_an_unreachable_registry_is_told_before_any_training(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        done = mtl(tmp_path / "home", "run", write_clinics(tmp_path), MLFLOW_TRACKING_URI=address)
    assert done.status == 1
    assert address in done.err
    assert "Traceback" not in done.err
    assert not Store(tmp_path / "home").runs.exists()


@dataclass(frozen=True)
class Neglected:
    """A study whose first scheme diverges and whose second neglects `south`, which is pretrained on `north`."""

    home: Path
    done: Finished


@pytest.fixture(scope="module")
def neglected(tmp_path_factory: pytest.TempPathFactory) -> Neglected:
    folder = tmp_path_factory.mktemp("neglected")
    diverging = {"name": "fixed", "weights": {"north": 1e39, "south": 1e39}}
    neglecting = {"name": "fixed", "weights": {"north": 1.0, "south": 0.0}}
    tasks = {"north": {"kind": "regression"}, "south": {"kind": "regression", "pretrained_on": ["north"]}}
    spec = write_clinics(folder, schemes=[diverging, neglecting], tasks=tasks)
    return Neglected(folder / "home", mtl(folder / "home", "run", spec, "--json", "--exit-code"))


def test_a_scheme_that_diverges_is_left_out_and_a_task_that_it_neglects_is_not_replaced(neglected: Neglected) -> None:
    home, done = neglected.home, neglected.done
    assert done.status == 3, done.err
    failures = done.outcome["failures"]
    assert len(failures) == 2
    assert all("NaN or infinite" in reason for reason in failures.values())
    assert verdicts(done)["south"] == "worse"
    assert verdicts(done)["north"] != "worse"
    assert done.outcome["decision"]["promote"] is False
    assert isinstance(champion_of(home), registry.NoChampion)


def test_a_baseline_that_was_pretrained_is_compared_with_where_it_is_better_and_recorded(neglected: Neglected) -> None:
    assert neglected.done.outcome["comparison"]["baselines"]["south"]["pretrained_on"] == "north"
    report = Store(neglected.home).report("clinics") / "report.md"
    assert "Baselines that were pretrained: south's on north." in report.read_text()
    with sqlite3.connect(neglected.home / "mlflow.db") as connection:
        query = "select r.name, p.value from runs r join params p on p.run_uuid = r.run_uuid where key='pretrained_on'"
        recorded = dict(connection.execute(query).fetchall())
    assert [recorded[f"single-task south after north, seed {seed}"] for seed in (0, 1)] == ["north", "north"]
    assert recorded["single-task south, seed 0"] == "none"


def test_a_missing_baseline_never_promotes_and_leaves_the_champion(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path)
    first = mtl(home, "run", spec, "--json")
    assert first.outcome["decision"]["promote"] is True
    champion = champion_of(home)
    for result in Store(home).runs.glob("[!.]*/result.json"):
        plain = json.loads(result.read_text())
        if set(plain["scores"]) == {"south"}:
            result.write_text(json.dumps({**plain, "status": "failed", "reason": "planted"}))
            write_manifest(result.parent)
    done = mtl(home, "run", spec, "--again", "--json")
    assert done.status == 0, done.err
    assert done.outcome["decision"]["promote"] is False
    assert verdicts(done)["south"] == "undecided"
    assert champion_of(home) == champion


@pytest.mark.long
def test_files_that_were_damaged_are_told_by_name_and_change_no_decision(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    first = mtl(home, "run", spec, "--json")
    store = Store(home)
    [labels] = store.prepared.glob("*/test/of_rows/labels.npy")
    [*_, weights] = sorted(store.runs.glob("*/weights.safetensors"))
    np.save(labels, np.load(labels) * [-1, 1])
    weights.write_bytes(weights.read_bytes()[:-1])
    done = mtl(home, "run", spec, "--again", "--json", own_prefect=True)
    assert done.outcome["decision"]["verdicts"] == first.outcome["decision"]["verdicts"]
    assert (done.outcome["effort"]["trained"], done.outcome["effort"]["reused"]) == (1, 11)
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        [(log,)] = connection.execute("select group_concat(message) from log").fetchall()
    for file in (labels, weights):
        assert done.err.count(str(file)) == log.count(str(file)) == 1
        folder = next(parent for parent in file.parents if parent.parent in (store.prepared, store.runs))
        assert folder.with_name(f"{folder.name}.damaged-1").is_dir()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "nosuch"], "reviews"),
        (["run", "clinics.yaml", "--as-of", "2013-05-01"], "split"),
        (["serve", "nosuch"], "no champion"),
        (["rollback", "nosuch"], "no champion"),
        (["promote", "nosuch"], "no version"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    write_clinics(tmp_path)
    done = mtl(tmp_path / "home", *arguments)
    assert done.status in (1, 2)
    assert told in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schemes": ["equal", "pcgard"]}, ["clinics.yaml:", "schemes.1", "pcgrad"]),
        ({"tasks": {"north": {"kind": "regression", "label": "nroth"}}}, ["clinics.yaml:", "nroth", "north"]),
        ({"training": {"epoch": 3}}, ["clinics.yaml:", "training.epoch", "epochs"]),
    ],
)
def test_a_mistake_in_a_spec_names_its_line(tmp_path: Path, changes: dict[str, object], told: list[str]) -> None:
    done = mtl(tmp_path / "home", "run", write_clinics(tmp_path, **changes))
    assert done.status == 2
    assert all(word in done.err for word in told), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("judged", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_study_that_lost_all_runs_of_a_kind_failed_and_says_why_the_first_did(tmp_path: Path, judged: bool) -> None:
    home, spec = (
        tmp_path / "home",
        write_clinics(tmp_path, baselines=["network", "linear"], seeds=[0], schemes=["equal"]),
    )
    first = mtl(home, "run", spec, "--json")
    assert first.status == 0, first.err
    champion = champion_of(home)
    for result in Store(home).runs.glob("[!.]*/result.json"):
        plain = json.loads(result.read_text())
        if not (result.parent / WEIGHTS).exists():
            result.write_text(json.dumps({**plain, "status": "failed", "reason": "planted"}))
            write_manifest(result.parent)
    command = ["judge", spec, "--candidate", "models:/clinics/1"] if judged else ["run", spec, "--again"]
    done = mtl(home, *command)
    assert done.status == 1, done.out
    assert "the study failed: every run of the baseline linear failed; the first, linear north: planted;" in done.err
    assert "Traceback" not in done.err
    assert champion_of(home) == champion
    with sqlite3.connect(home / "mlflow.db") as connection:
        reasons = connection.execute("select value from tags where key = 'reason'").fetchall()
    assert any("every run of the baseline linear failed" in reason for (reason,) in reasons)
