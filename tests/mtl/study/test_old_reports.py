"""A report that an earlier version wrote: its decision can still be made again."""

import json
import shutil
from pathlib import Path

import pytest

from mtl.errors import DataError
from mtl.evaluation.comparison import ChampionCompared
from mtl.run_names import RunName
from mtl.study.deciding import repeat_decision
from mtl.study.old_reports import FILE, read_old_report

OLD = Path(__file__).with_name("report_of_format_1")
"""Written by the functions of version 0.1.0: a candidate under MMoE, and a champion that was compared."""


def test_an_old_decision_is_made_again_as_it_was() -> None:
    repeated = repeat_decision(OLD)
    assert repeated.same, repeated.differences
    assert {each.task for each in repeated.again.verdicts} == {"price", "sold"}


def test_an_old_run_gets_its_approach_back_from_one_text() -> None:
    measured = read_old_report(OLD).measured
    assert measured is not None
    assert measured.candidate == RunName.multi("equal", 1, "mmoe(experts=3)")
    assert measured.baselines["price"] == RunName.single("price", 0)
    assert isinstance(measured.champion, ChampionCompared)


@pytest.mark.parametrize(
    ("objection", "expected"),
    [
        ("the registered artifact was not checked", None),
        ("the registered artifact does not reproduce the evaluated predictions: row 3", (False, True, "row 3")),
        ("the registered artifact does not answer over HTTP: silence", (True, False, "silence")),
    ],
)
def test_what_was_held_against_the_artifact_is_known_from_the_objections(
    tmp_path: Path, objection: str, expected: tuple[bool, bool, str] | None
) -> None:
    folder = shutil.copytree(OLD, tmp_path / "report")
    plain = json.loads((folder / "decision.json").read_text())
    (folder / "decision.json").write_text(json.dumps({**plain, "reasons": [objection]}))
    artifact = read_old_report(folder).artifact
    assert (artifact and (artifact.reproduces, artifact.answers, artifact.detail)) == expected


def test_an_old_report_that_lost_a_file_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(OLD, tmp_path / "report")
    (folder / FILE).write_bytes(b"")
    with pytest.raises(DataError, match="holds no evidence of its decision"):
        repeat_decision(folder)
