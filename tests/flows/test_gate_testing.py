"""`mtl gate-test`: before and after a study, and where nothing is left to be looked at."""

import json
from pathlib import Path

import pytest

from tests.flows.clinics import mtl, write_clinics

pytestmark = pytest.mark.faults


@pytest.mark.long
def test_it_assumes_before_a_study_and_knows_after_it_and_spends_no_look(tmp_path: Path) -> None:
    spec, home = write_clinics(tmp_path), tmp_path / "home"
    before = json.loads(mtl(home, "gate-test", spec, "--json").out)
    assert [task["measured"] for task in before["tasks"]] == [False, False]
    assert before["level"] == pytest.approx(0.2 / 3)
    assert before["false_promotions"]["share"] < 0.15
    assert before["false_promotions"]["trials"] == 120
    again = mtl(home, "gate-test", spec)
    assert again.status == 0
    assert "for look 1 at these test rows" in again.out
    assert mtl(home, "run", spec, "--no-promote").status == 0
    after = json.loads(mtl(home, "gate-test", spec, "--json").out)
    assert [task["measured"] for task in after["tasks"]] == [True, True]
    assert [task["labels"] for task in after["tasks"]] == [task["labels"] for task in before["tasks"]]


def test_a_spec_that_there_is_not_is_a_mistake(tmp_path: Path) -> None:
    done = mtl(tmp_path / "home", "gate-test", "nowhere")
    assert done.status == 2
    assert "nowhere" in done.err
