"""A stored decision is made again from its evidence, and a difference is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mtl.errors import DataError
from mtl.promotion.evidence import ArtifactCheck
from mtl.study.deciding import DECISION, Decided, decide_on, repeat_decision
from mtl.study.decision_basis import FILE, write_basis
from tests.mtl.study.fitted import FittedStudy


def stored(folder: Path, decided: Decided) -> Path:
    write_basis(folder / FILE, decided.basis)
    (folder / DECISION).write_text(decided.decision.to_json(), encoding="utf-8")
    return folder


@pytest.fixture
def decided(fitted: FittedStudy) -> Decided:
    return fitted.decided(ArtifactCheck(True, True, "500 rows"))


def test_the_same_evidence_gives_the_same_decision(decided: Decided, tmp_path: Path) -> None:
    repeated = repeat_decision(stored(tmp_path, decided))
    assert repeated.again == repeated.stored == decided.decision
    assert repeated.same


def test_a_decision_that_was_edited_is_told_from_its_evidence(decided: Decided, tmp_path: Path) -> None:
    folder = stored(tmp_path, decided)
    plain = json.loads((folder / DECISION).read_text())
    plain["verdicts"][0]["verdict"] = "better" if plain["verdicts"][0]["verdict"] != "better" else "worse"
    (folder / DECISION).write_text(json.dumps(plain))
    repeated = repeat_decision(folder)
    assert not repeated.same
    assert any(plain["verdicts"][0]["task"] in difference for difference in repeated.differences)


def test_evidence_that_was_edited_gives_another_decision(decided: Decided, tmp_path: Path) -> None:
    folder = stored(tmp_path, decided)
    write_basis(folder / FILE, replace(decided.basis, artifact=ArtifactCheck(False, True, "weights differ")))
    repeated = repeat_decision(folder)
    assert any("weights differ" in difference for difference in repeated.differences)


def test_rules_that_are_not_known_are_told_by_their_version(decided: Decided) -> None:
    with pytest.raises(DataError, match=r"version 99 of the gate's rules; known here: 1, 2, 3"):
        decide_on(replace(decided.basis, rules=99), decided.comparison)


def test_a_folder_without_a_decision_or_its_evidence_is_told(decided: Decided, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no decision"):
        repeat_decision(tmp_path)
    stored(tmp_path, decided)
    (tmp_path / FILE).unlink()
    with pytest.raises(DataError, match="holds no evidence"):
        repeat_decision(tmp_path)
