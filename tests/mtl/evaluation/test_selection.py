import numpy as np
import pytest

from mtl.evaluation.paired_difference import paired_difference
from mtl.evaluation.selection import (
    STANDARD_ERROR,
    best_of_each_baseline,
    choose_baselines,
    choose_candidate,
    measure_standings,
)
from mtl.evaluation.truth import TaskTruth
from mtl.run_names import RunName
from tests.mtl.evaluation.cases import make_predictions
from tests.mtl.evaluation.studies import Study, make_study

EQUAL, OTHER = RunName.multi("equal", 1), RunName.multi("other", 0)


@pytest.fixture
def study() -> Study:
    return make_study()


def standings(study: Study) -> dict[RunName, dict[str, float]]:
    return measure_standings(study.truths, study.predictions, study.baselines)


@pytest.mark.parametrize("task", ["price", "sold"])  # one metric is better when higher, the other when lower
def test_the_baseline_is_the_best_single_task_run(study: Study, task: str) -> None:
    best, rng = RunName.single(task, 2), np.random.default_rng(0)
    study.predictions[best] = {task: make_predictions(study.truths[task], rng, noise=0.2)}
    assert choose_baselines(study.truths, study.predictions)[task] == best


def test_the_first_seed_wins_a_tie(study: Study) -> None:
    for seed in (2, 1, 0):
        study.predictions[RunName.single("price", seed)] = {"price": study.truths["price"].labels * 0.9}
    assert choose_baselines(study.truths, study.predictions)["price"] == RunName.single("price", 0)


@pytest.mark.parametrize(("noise", "source"), [(0.2, "sold"), (5.0, None)])
def test_the_baseline_is_pretrained_where_that_is_better(study: Study, noise: float, source: str | None) -> None:
    pretrained, rng = RunName.single("price", 1, "sold"), np.random.default_rng(0)
    study.predictions[pretrained] = {"price": make_predictions(study.truths["price"], rng, noise)}
    assert choose_baselines(study.truths, study.predictions)["price"].pretrained_on == source


def test_a_run_from_random_weights_wins_a_tie(study: Study) -> None:
    for run in (RunName.single("price", 0, "sold"), RunName.single("price", 2)):
        study.predictions[run] = {"price": study.truths["price"].labels * 0.9}
    assert choose_baselines(study.truths, study.predictions)["price"] == RunName.single("price", 2)


def test_pretrained_runs_do_not_stand_in_for_the_plain_ones_that_failed(study: Study) -> None:
    for seed in range(3):
        study.predictions[RunName.single("price", seed, "sold")] = {"price": study.truths["price"].labels}
        study.predictions[RunName.single("price", seed)]["price"][0] = np.nan
    assert set(choose_baselines(study.truths, study.predictions)) == {"sold"}


def test_a_run_whose_value_is_undefined_is_no_baseline(study: Study) -> None:
    study.predictions[RunName.single("price", 0)]["price"][5] = np.nan
    assert choose_baselines(study.truths, study.predictions)["price"].seed != 0
    for seed in (1, 2):
        study.predictions[RunName.single("price", seed)] = {}
    assert set(choose_baselines(study.truths, study.predictions)) == {"sold"}


def test_a_standing_is_the_difference_in_standard_errors(study: Study) -> None:
    baseline = study.predictions[study.baselines["sold"]]["sold"]
    paired = paired_difference(study.truths["sold"], study.predictions[EQUAL]["sold"], baseline, STANDARD_ERROR)
    assert standings(study)[EQUAL]["sold"] == pytest.approx(paired.difference / paired.standard_error)


def test_a_standing_has_no_unit(study: Study) -> None:
    prices, found = study.truths["price"], []
    for scale in (1.0, 1000.0):
        study.truths["price"] = TaskTruth("price", "regression", "rmse", scale * prices.labels, prices.units)
        scaled = {
            run: {"price": scale * predictions["price"]}
            for run, predictions in study.predictions.items()
            if "price" in predictions
        }
        found.append(measure_standings({"price": study.truths["price"]}, scaled, study.baselines)[EQUAL]["price"])
    assert found[1] == pytest.approx(found[0])


def test_only_multi_task_runs_have_standings(study: Study) -> None:
    assert [run.subject for run in standings(study)] == ["equal"] * 3


def test_the_candidate_is_the_run_whose_worst_task_stands_best() -> None:
    found = {EQUAL: {"price": 9.0, "sold": -1.0}, OTHER: {"price": 0.5, "sold": 0.1}}
    assert choose_candidate(found) == OTHER


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_run_that_is_not_finite_cannot_be_chosen(bad: float) -> None:
    found = {EQUAL: {"price": 9.0, "sold": bad}, OTHER: {"price": -3.0, "sold": -2.0}}
    assert choose_candidate(found) == OTHER
    assert choose_candidate({EQUAL: found[EQUAL]}) is None


def test_the_first_run_wins_a_tie() -> None:
    assert choose_candidate({OTHER: {"price": 1.0}, EQUAL: {"price": 1.0}}) == OTHER


def test_standings_keep_the_order_of_the_runs_so_that_a_spec_can_break_ties(study: Study) -> None:
    backwards = dict(reversed(study.predictions.items()))
    found = [list(measure_standings(study.truths, runs, study.baselines)) for runs in (study.predictions, backwards)]
    assert len(found[0]) > 1
    assert found[0] == found[1][::-1]


def test_without_runs_or_tasks_there_is_no_candidate() -> None:
    assert choose_candidate({}) is None
    assert choose_candidate({EQUAL: {}}) is None


def test_whatever_is_missing_has_no_standing(study: Study) -> None:
    del study.baselines["price"]
    del study.predictions[EQUAL]["sold"]
    found = standings(study)
    assert np.isnan(list(found[EQUAL].values())).all()
    assert choose_candidate(found) is None


def test_a_baseline_without_predictions_gives_no_standing(study: Study) -> None:
    del study.predictions[study.baselines["price"]]
    assert np.isnan(standings(study)[EQUAL]["price"])


def test_the_same_predictions_stand_at_zero(study: Study) -> None:
    study.predictions[OTHER] = {task: study.predictions[run][task] for task, run in study.baselines.items()}
    assert standings(study)[OTHER] == {"price": 0.0, "sold": 0.0}


def test_a_single_unit_has_no_spread_to_stand_on(study: Study) -> None:
    sold = study.truths["sold"]
    study.truths["sold"] = TaskTruth("sold", "binary", "log_loss", sold.labels, 0 * sold.units, sold.classes)
    assert np.isnan(standings(study)[EQUAL]["sold"])


def test_a_spread_of_rounding_alone_is_none(study: Study) -> None:
    units = study.truths["price"].units
    study.truths["price"] = TaskTruth("price", "regression", "mae", np.zeros(400), units)
    study.predictions[EQUAL]["price"], study.predictions[study.baselines["price"]]["price"] = np.full(
        (2, 400), [[0.1], [0.7]]
    )
    assert np.isnan(standings(study)[EQUAL]["price"])


def test_the_best_baseline_of_any_kind_is_chosen_and_networks_win_a_tie() -> None:
    study = make_study()
    linear = RunName.single("price", None, baseline="linear")
    study.predictions[linear] = {"price": 0.99 * study.truths["price"].labels}
    assert choose_baselines(study.truths, study.predictions)["price"] == linear
    assert list(best_of_each_baseline(study.truths, study.predictions)["price"]) == ["linear", "network"]
    network = RunName.single("price", 2)
    study.predictions[network] = study.predictions[linear]
    assert choose_baselines(study.truths, study.predictions)["price"] == network


def test_a_baseline_whose_every_value_is_undefined_is_left_out_and_the_others_stand() -> None:
    study = make_study()
    linear = RunName.single("price", None, baseline="linear")
    study.predictions[linear] = {"price": np.full(400, np.nan)}
    assert list(best_of_each_baseline(study.truths, study.predictions)["price"]) == ["network"]
    assert choose_baselines(study.truths, study.predictions)["price"].baseline == "network"
