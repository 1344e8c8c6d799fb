"""A sample of what `make gate` simulates: bounds lie far from what is right and short of what is doubly wrong."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.gate import creeping, rare_cases, retrains
from tests.gate.__main__ import ALL, main
from tests.gate.adaptation import Adapting
from tests.gate.measuring import FAR, ROWS, errors_of, first_look, levels_of_rejected, promotes
from tests.gate.scenario import Answers, Scenario, table
from tests.gate.searching import Noise, Shape, Study, one_null
from tests.gate.speed import speed


def shares(scenario: str, trials: int) -> dict[tuple[str, str], float]:
    """Of each cell of a scenario's table, the mean of its answers."""
    one = next(each.one for each in ALL if each.title.startswith(scenario))
    found = defaultdict(list)
    for trial in range(trials):
        for cell, answer in one(trial).items():
            found[cell].append(float(answer))
    return {cell: float(np.mean(answers)) for cell, answers in found.items()}


@pytest.mark.slow
def test_the_best_of_many_lucky_runs_is_no_longer_promoted() -> None:
    studies = [Study(Noise(trial), Shape(one_null(1), approaches=25, spread=2.0)) for trial in range(80)]
    assert np.mean([promotes(study.before(), before=True) for study in studies]) > 0.25
    assert np.mean([promotes(study.now()) for study in studies]) < 0.06


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "least"), [(0.0, 0.6), (1.0, 0.4)])
def test_a_gain_of_three_standard_errors_is_mostly_found(spread: float, least: float) -> None:
    studies = [Study(Noise(trial), Shape(one_null(3, 3.0), spread=spread)) for trial in range(40)]
    assert np.mean([promotes(study.now()) for study in studies]) > least


@pytest.mark.slow
def test_the_same_artifact_is_never_better_than_itself() -> None:
    assert set(shares("The same artifact", 5).values()) == {0.0}


@pytest.mark.slow
def test_a_list_of_tasks_holds_a_wrong_one_seldom() -> None:
    found = shares("`replaceable`", 25)
    assert found["K = 10", "before"] > 0.3
    assert all(found[f"K = {tasks}", "now"] <= 0.12 for tasks in (3, 6, 10))


@pytest.mark.slow
def test_nothing_is_replaced_for_no_gain_nor_at_a_loss() -> None:
    found = shares("`rule: replace`", 25)
    for (case, _), share in found.items():
        assert share > 0.2 if "true gain" in case else share <= 0.12


@pytest.mark.slow
def test_retrains_on_the_same_rows_promote_by_luck_no_longer() -> None:
    nights = [retrains.Schedule(trial, fresh=0) for trial in range(8)]
    assert sum(each.any_promoted(before=True) for each in nights) >= 3
    assert sum(each.any_promoted(before=False) for each in nights) <= 1


def test_the_ledger_lasts_for_seven_looks_and_longer_where_rows_are_new() -> None:
    assert [level is not None for level in levels_of_rejected(9, 0)] == [True] * 7 + [False] * 2
    assert all(levels_of_rejected(9, ROWS))


@pytest.mark.slow
def test_small_losses_no_longer_add_up() -> None:
    assert creeping.final_loss(0, before=True) > creeping.TOLERANCE
    assert creeping.final_loss(0, before=False) < creeping.TOLERANCE


@pytest.mark.slow
def test_a_candidate_that_is_no_worse_than_the_first_champion_may_follow_it() -> None:
    assert creeping.final_loss(1, before=False, worse=False) == pytest.approx(creeping.STEP)


@pytest.mark.slow
def test_a_lost_class_is_named() -> None:
    found = shares("A class that is lost", 3)
    assert found["objected", "now"] == found["the class is named", "now"] == 1.0
    assert found["the class is named", "before"] == 0.0


@pytest.mark.slow
def test_one_positive_judges_nothing_and_thirty_do() -> None:
    found = shares("Rare positives: the level", 6)
    assert found["1 of 100 positive: judged", "now"] == found["10 of 1,000 positive: judged", "now"] == 0.0
    assert found["30 of 1,000 positive, no better: promoted", "now"] <= 0.5


@pytest.mark.slow
def test_more_resamples_make_nothing_undecided() -> None:
    found = [rare_cases.undecided_at(trial, 10, resamples) for trial in range(4) for resamples in (2000, 5000)]
    assert not any(found)


@pytest.mark.slow
def test_heavy_tails_are_warned_of() -> None:
    found = shares("Heavy tails", 3)
    assert all(share >= 0.5 for (row, column), share in found.items() if column == "warned of" and row[:4] == "RMSE")


@pytest.mark.slow
def test_a_vote_of_the_lucky_passes_where_looks_are_not_counted() -> None:
    people = [Adapting(trial) for trial in range(12)]
    assert sum(promotes(person.vote_after(49), first_look()) for person in people) >= 4
    last = levels_of_rejected(7, 0)[6]
    assert last is not None
    assert sum(promotes(person.vote_after(6), last) for person in people) <= 2


def test_errors_are_positive_and_have_the_standard_error_that_is_their_unit() -> None:
    normals = np.random.default_rng(0).normal(size=(400, ROWS))
    means = [errors_of(FAR, (1.0, normal)).mean() for normal in normals]
    assert min(errors_of(FAR, (1.0, normal)).min() for normal in normals) > 0
    assert np.std(means) == pytest.approx(1.0, abs=0.1)


def test_the_same_trial_is_the_same_study() -> None:
    first, second = (Study(Noise(3), Shape(one_null(2))).now() for _ in range(2))
    assert first.candidate == second.candidate
    for run, predictions in first.predictions.items():
        assert all(np.array_equal(array, second.predictions[run][task]) for task, array in predictions.items())


def test_fresh_seeds_are_compared_and_those_of_the_search_are_not() -> None:
    study = Study(Noise(3), Shape(one_null(2), confirmation=2))
    assert {run.seed for run in study.before().predictions} == {0, 1, 2}
    assert {run.seed for run in study.now().predictions} == set(study.now().confirming) == {101, 102}
    assert study.now().candidate.approach == study.before().candidate.approach


def test_a_table_counts_yes_and_no_averages_numbers_and_leaves_cells_empty() -> None:
    found: list[Answers] = [{("a", "x"): True, ("b", "y"): 1.0}, {("a", "x"): False, ("b", "y"): 3.0}]
    assert table(found).splitlines() == [
        "|  | x | y |",
        "| --- | --- | --- |",
        "| a | 50.0 % [9.5, 90.5] |  |",
        "| b |  | 2.00 (95 % below 2.90) |",
    ]


def test_a_section_says_how_many_trials_it_took() -> None:
    with ThreadPoolExecutor(1) as worker:
        section = Scenario("Sums", "What is summed", 25, lambda trial: {("all", "even"): trial % 2 == 0}).run(
            None, worker
        )
    assert section.startswith("### Sums\n\nWhat is summed (25 trials, ")
    assert "| all | 52.0 % [" in section


def test_seconds_are_a_table_of_their_own() -> None:
    assert speed(()).splitlines()[-2:] == ["| metric | of a task that is | seconds |", "| --- | --- | --- |"]
    assert "6 tasks of 50,000 rows, 10,000 resamples" in speed(())


@pytest.mark.slow
def test_a_sample_of_one_section_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--trials", "2", "--only", "the same artifact", "--workers", "1"])
    printed = capsys.readouterr().out
    assert "| K = 6 | 0.0 % [0.0, 65.8] |" in printed
    assert "False promotions" not in printed
