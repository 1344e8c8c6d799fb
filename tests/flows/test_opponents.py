"""A study with every opponent that a user would try himself: what he sees of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, write_clinics

ALL = ["network", "boosted_trees", "linear"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("opponents") / "home"


@pytest.fixture(scope="module")
def machine(home: Path) -> Finished:
    spec = write_clinics(home.parent, baselines=ALL, schemes=["equal"])
    return mtl(home, "run", spec, "--json")


@pytest.fixture(scope="module")
def outcome(machine: Finished) -> dict[str, Any]:
    assert machine.status == 0, machine.err
    return machine.outcome


def test_every_contender_is_on_the_leaderboard(outcome: dict[str, Any]) -> None:
    board = outcome["leaderboard"]
    assert board["baselines"] == ALL
    assert {(each["task"], each["contender"]) for each in board["standings"]} == {
        (task, contender) for task in ("north", "south") for contender in (*ALL, "equal")
    }
    assert {cost["contender"]: cost["models"] for cost in board["costs"]} == {**dict.fromkeys(ALL, 2), "equal": 1}


def test_the_opponent_is_the_best_on_validation_of_all_baselines(outcome: dict[str, Any]) -> None:
    for task, chosen in outcome["comparison"]["baselines"].items():
        values = {
            each["contender"]: each["validation"]
            for each in outcome["leaderboard"]["standings"]
            if each["task"] == task and each["contender"] in ALL
        }
        assert chosen["baseline"] == max(values, key=values.__getitem__)


def test_people_see_a_table_and_the_stored_decision_can_be_repeated(home: Path, outcome: dict[str, Any]) -> None:
    again = mtl(home, "run", home.parent / "clinics.yaml")
    assert "Leaderboard" in again.out
    assert "boosted trees" in again.out
    assert "0 runs trained, 10 reused" in again.out
    page = (Store(home).report("clinics") / "report.md").read_text(encoding="utf-8")
    assert all(remark in page for remark in outcome["remarks"])
    assert "The same decision" in mtl(home, "decide", "clinics").out
    stored = json.loads((Store(home).report("clinics") / "leaderboard.json").read_text(encoding="utf-8"))
    assert stored["candidate"] == "equal"
