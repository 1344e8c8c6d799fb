"""Every contender side by side, with what stands for it chosen on validation."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.comparison import ChampionAbsent
from mtl.jsonable import from_json, to_json
from mtl.study.choices import gated_tasks, select
from mtl.study.leaderboard import Leaderboard, Standing, build_leaderboard, strongest_baselines
from mtl.tuning.tuned import Choice, Tuning
from tests.mtl.study.fitted import ASKED, FittedStudy


@pytest.fixture(scope="module")
def board(fitted: FittedStudy) -> Leaderboard:
    measured = fitted.measured(ChampionAbsent())
    return build_leaderboard(gated_tasks(fitted.study.prepared), fitted.runs, fitted.selection, measured)


def test_every_baseline_and_approach_stands_on_every_gated_task(board: Leaderboard) -> None:
    assert set(board.tasks) == {"hba1c", "diabetes", "health"}
    contenders = {*ASKED, "equal", "pcgrad"}
    assert {(each.task, each.contender) for each in board.standings} == {
        (task, contender) for task in board.tasks for contender in contenders
    }
    assert {cost.contender: cost.models for cost in board.costs} == {
        each: 3 if each in ASKED else 1 for each in contenders
    }
    assert all(cost.bytes > 0 and cost.training_seconds > 0 and 1 <= cost.mean_rank <= 5 for cost in board.costs)


def test_the_test_side_is_known_of_what_it_was_opened_for_alone(board: Leaderboard) -> None:
    known = {each.contender for each in board.standings if np.isfinite(each.test)}
    assert known == {*ASKED, board.candidate}


def test_what_draws_nothing_has_no_spread_and_probabilities_have_a_calibration_error(board: Leaderboard) -> None:
    for each in board.standings:
        assert each.spread == 0.0 if each.contender in ("boosted_trees", "linear") else each.spread >= 0.0
        assert np.isfinite(each.calibration_error) == (each.task in ("diabetes", "health"))


def test_the_best_contender_of_a_task_has_the_value_that_the_choice_was_made_by(
    fitted: FittedStudy, board: Leaderboard
) -> None:
    for task, run in fitted.selection.baselines.items():
        best = max((each for each in board.standings if each.task == task and each.contender in ASKED), key=value)
        assert best.run == str(run.name)


def value(standing: Standing) -> float:
    return standing.validation


def test_a_contender_has_the_settings_of_the_run_that_stands_for_it(fitted: FittedStudy) -> None:
    chosen = {"equal": {"l2": 0.2}, "single-task health": {"dropout": 0.3}, "linear health": {}}
    choices = tuple(Choice(subject, "", 3, 0, 0, 1, told, 1.0, 0.9) for subject, told in chosen.items())
    found = build_leaderboard(
        gated_tasks(fitted.study.prepared), fitted.runs, fitted.selection, None, Tuning(choices, 3, {})
    )
    told = {(each.task, each.contender): each.settings for each in found.standings if each.settings is not None}
    assert told == {
        **{(task, "equal"): {"l2": 0.2} for task in found.tasks},
        ("health", "network"): {"dropout": 0.3},
        ("health", "linear"): {},
    }


def test_a_leaderboard_survives_json(board: Leaderboard) -> None:
    again = from_json(Leaderboard, to_json(board))
    assert to_json(again) == to_json(board)


def test_a_baseline_that_is_no_network_is_the_strongest_where_its_test_value_is_the_best(board: Leaderboard) -> None:
    standings = tuple(
        replace(each, test=2.0 if (each.task, each.contender) == ("hba1c", "linear") else 0.1)
        for each in board.standings
    )
    (found,) = strongest_baselines(replace(board, standings=standings))
    assert (found[0].task, found[0].contender) == ("hba1c", "linear")
    assert found[1] is not None
    assert found[1].contender == board.candidate


def test_nothing_is_strongest_without_a_test_side(fitted: FittedStudy) -> None:
    unopened = build_leaderboard(gated_tasks(fitted.study.prepared), fitted.runs, fitted.selection, None)
    assert list(strongest_baselines(unopened)) == []


def test_a_baseline_that_failed_on_a_task_is_absent_there_and_costs_less(
    fitted: FittedStudy, board: Leaderboard
) -> None:
    left = [run for run in fitted.runs if (run.name.task, run.name.baseline) != ("health", "linear")]
    selection = select(fitted.study.prepared, left, ASKED)
    found = build_leaderboard(gated_tasks(fitted.study.prepared), left, selection, None)
    assert found.of("health", "linear") is None
    assert found.of("hba1c", "linear") is not None
    assert {cost.contender: cost.models for cost in found.costs}["linear"] == 2
    assert board.of("health", "linear") is not None


def test_an_approach_is_stood_for_by_the_run_that_would_be_the_candidate(
    fitted: FittedStudy, board: Leaderboard
) -> None:
    assert fitted.selection.candidate is not None
    standing = board.of("hba1c", board.candidate)
    assert standing is not None
    assert standing.run == str(fitted.selection.candidate.name)


def test_one_model_counts_once_though_it_answers_all_tasks(fitted: FittedStudy, board: Leaderboard) -> None:
    candidate = fitted.selection.candidate
    assert candidate is not None
    (cost,) = [cost for cost in board.costs if cost.contender == board.candidate]
    assert (cost.models, cost.bytes, cost.training_seconds) == (1, candidate.result.bytes, candidate.result.seconds)


def test_ranks_are_of_the_values_on_validation(board: Leaderboard) -> None:
    ranks: dict[str, list[int]] = {}
    for task in board.tasks:
        values = sorted((each.validation for each in board.standings if each.task == task), reverse=True)
        for each in board.standings:
            if each.task == task:
                ranks.setdefault(each.contender, []).append(1 + values.index(each.validation))
    assert {cost.contender: cost.mean_rank for cost in board.costs} == {
        contender: pytest.approx(np.mean(found)) for contender, found in ranks.items()
    }
