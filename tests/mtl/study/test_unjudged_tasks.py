"""Tasks that validation or test labels cannot judge are named, and the study goes on for the others."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.data.splits import split_rows
from mtl.evaluation.comparison import ChampionAbsent
from mtl.promotion.evidence import ArtifactCheck
from mtl.report.leaderboard_table import leaderboard_table
from mtl.spec import parse_spec
from mtl.study.choices import FittedRun, Selection, gated_tasks, select
from mtl.study.comparing import compare_measured
from mtl.study.deciding import DECISION, Decided, bootstrap_of, decide, repeat_decision
from mtl.study.decision_basis import FILE, write_basis
from mtl.study.leaderboard import build_leaderboard
from mtl.study.locked_test import open_test
from mtl.study.measured import measure
from mtl.training.approaches import approaches_of
from tests.mtl.health_answers import health_answers
from tests.mtl.studies import COLUMNS, SMALL, SmallStudy, prepare_study, tasks_with

pytestmark = pytest.mark.slow

PLANTED = {"unseen": {"kind": "binary"}, "certain": {"kind": "binary"}, "rare": {"kind": "binary"}}


@dataclass(frozen=True)
class Judged:
    study: SmallStudy
    runs: list[FittedRun]
    selection: Selection
    decided: Decided


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """`unseen` has no validation label, `certain` one class on the test side, `rare` three positives there."""
    folder = tmp_path_factory.mktemp("unjudged")
    tasks = {**tasks_with(), **PLANTED}
    text = yaml.safe_dump({**SMALL, "tasks": tasks, "schemes": ["equal"], "seeds": [0], "baselines": ["linear"]})
    spec = parse_spec(text, "small.yaml", folder)
    table = health_answers()[list(COLUMNS)].assign(**dict.fromkeys(PLANTED, 0.0))
    split, coin = split_rows(spec, table), np.random.default_rng(0).integers(2, size=len(table))
    for task in PLANTED:
        table[task] = coin
    table.loc[split.validation, "unseen"] = np.nan
    table.loc[split.test, ["certain", "rare"]] = 1
    table.loc[split.test[:3], "rare"] = 0
    table.to_parquet(folder / "health.parquet")
    study = prepare_study(spec, folder)
    plans = plan_study(spec, approaches_of(spec), study.prepared, study.frame, folder / "runs")
    runs = [FittedRun(plan, fit_planned(plan)) for plan in plans]
    selection = select(study.prepared, runs, ["linear"])
    measured = measure(open_test(study.prepared, study.frame, runs, selection), selection, ChampionAbsent())
    assert measured is not None
    comparison = compare_measured(measured, bootstrap_of(spec))
    decided = decide(spec, True, measured, comparison, ArtifactCheck(True, True))
    return Judged(study, runs, selection, decided)


def test_the_candidate_is_chosen_by_the_tasks_that_validation_can_judge(judged: Judged) -> None:
    assert judged.selection.candidate is not None
    assert set(judged.selection.unjudged) == {"unseen"}
    standings = judged.selection.standings[judged.selection.candidate.name]
    assert set(standings) == {"hba1c", "diabetes", "health", "certain", "rare"}
    assert np.isfinite(list(standings.values())).all()


def test_each_of_the_others_has_its_verdict_and_these_have_their_cause(judged: Judged) -> None:
    found = {each.task: each for each in judged.decided.decision.verdicts}
    causes = {task: found[task].reason for task in PLANTED}
    assert causes["unseen"] == "not judged: the validation side holds no label"
    assert causes["certain"].startswith("not judged: the test side holds ")
    assert causes["certain"].endswith(" labels, all of class 1")
    assert causes["rare"].startswith("not judged: the test side holds 3 labels beside ")
    assert {found[task].verdict for task in PLANTED} == {"undecided"}
    for task in ("hba1c", "diabetes", "health"):
        assert "not judged" not in found[task].reason
        comparison = judged.decided.comparison
        assert comparison is not None
        assert comparison.of(task) is not None
    assert not judged.decided.decision.promote
    assert "unseen is not judged: the validation side holds no label" in judged.decided.decision.sentence


def test_the_decision_repeats_from_its_evidence(judged: Judged, tmp_path: Path) -> None:
    write_basis(tmp_path / FILE, judged.decided.basis)
    (tmp_path / DECISION).write_text(judged.decided.decision.to_json(), encoding="utf-8")
    repeated = repeat_decision(tmp_path)
    assert repeated.same, repeated.differences


@pytest.mark.parametrize("with_candidate", [True, False])
def test_the_leaderboard_shows_what_there_is(judged: Judged, with_candidate: bool) -> None:
    measured = judged.decided.basis.measured
    selection = (
        judged.selection if with_candidate else Selection(None, {}, {}, judged.selection.contenders, ("linear",))
    )
    board = build_leaderboard(gated_tasks(judged.study.prepared), judged.runs, selection, measured)
    assert set(board.tasks) >= {"unseen", "hba1c"}
    table = leaderboard_table(board)
    assert table.row_count > len(board.tasks)
    assert not any("nan" in str(cell) for column in table.columns for cell in column.cells)
