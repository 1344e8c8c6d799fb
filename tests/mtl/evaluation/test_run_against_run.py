"""The comparison of decisions before version 4 of the rules."""

import numpy as np
import pytest

from mtl.evaluation.comparison import ChampionCompared, ChampionUnknown, Comparison
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.run_against_run import compare, compare_champion, seed_mean_difference
from mtl.jsonable import from_json
from mtl.run_names import ApproachName, RunName
from tests.mtl.evaluation.studies import SEEDS, Study, make_study

FEW = Bootstrap(200, 0.95)


@pytest.fixture
def study() -> Study:
    return make_study()


def test_each_task_is_compared_with_its_own_baseline(study: Study) -> None:
    study.baselines["sold"] = RunName.single("sold", 2)
    found = study.compared().of("sold")
    reference = study.predictions[RunName.single("sold", 2)]["sold"]
    expected = paired_difference(study.truths["sold"], study.predictions[study.candidate]["sold"], reference, FEW)
    assert found is not None
    assert found.difference == expected
    assert found.task == "sold"


@pytest.mark.parametrize("task", ["price", "sold"])
def test_the_seed_mean_is_the_difference_of_the_means(study: Study, task: str) -> None:
    truth, metric = study.truths[task], metric_named(study.truths[task].metric)

    def mean(runs: list[RunName]) -> float:
        return float(np.mean([metric.score(truth.labels, study.predictions[run][task]) for run in runs]))

    ours = mean([RunName.multi("equal", seed) for seed in SEEDS])
    theirs = mean([RunName.single(task, seed) for seed in SEEDS])
    found = study.compared().of(task)
    assert found is not None
    assert found.seed_mean_difference == pytest.approx(metric.direction * (ours - theirs))
    assert found.seed_mean_difference > 0
    assert found.seeds == 3


def test_other_schemes_do_not_enter_the_seed_mean(study: Study) -> None:
    before = seed_mean_difference(study.truths["price"], study.predictions, ApproachName("equal"))
    study.predictions[RunName.multi("other", 0)] = {"price": np.zeros(400)}
    assert seed_mean_difference(study.truths["price"], study.predictions, ApproachName("equal")) == before


def test_the_seed_mean_is_of_the_baseline_s_kind(study: Study) -> None:
    alone = study.compared().of("price")
    for seed in SEEDS:
        study.predictions[RunName.single("price", seed, "sold")] = {"price": 0.9 * study.truths["price"].labels}
    assert study.compared().of("price") == alone
    study.baselines["price"] = RunName.single("price", 0, "sold")
    found = study.compared()
    pretrained = found.of("price")
    assert pretrained is not None
    ours = np.mean([_score(study, RunName.multi("equal", seed), "price") for seed in SEEDS])
    assert pretrained.seed_mean_difference == pytest.approx(ours - _score(study, found.baselines["price"], "price"))
    assert pretrained.seed_mean_difference < 0
    assert pretrained.seeds == 3
    assert from_json(Comparison, found.to_json()).baselines["price"].pretrained_on == "sold"


@pytest.mark.parametrize(("lost", "known"), [("sold", [True, False]), (None, [False, False])])
def test_a_pretrained_baseline_needs_every_seed_of_its_kind_and_of_the_plain_runs(
    study: Study, lost: str | None, known: list[bool]
) -> None:
    for seed in SEEDS:
        study.predictions[RunName.single("price", seed, "sold")] = {"price": 0.9 * study.truths["price"].labels}
    del study.predictions[RunName.single("price", 2, lost)]
    kinds = (None, "sold")
    means = [
        seed_mean_difference(study.truths["price"], study.predictions, ApproachName("equal"), ("network", kind))[0]
        for kind in kinds
    ]
    assert np.isfinite(means).tolist() == known


@pytest.mark.parametrize("lost", [RunName.multi("equal", 2), RunName.single("price", 2)])
def test_a_seed_that_one_side_lost_leaves_no_seed_mean(study: Study, lost: RunName) -> None:
    del study.predictions[lost]
    value, seeds = seed_mean_difference(study.truths["price"], study.predictions, ApproachName("equal"))
    assert np.isnan(value)
    assert seeds == 2


def test_a_seed_whose_prediction_is_nan_leaves_no_seed_mean(study: Study) -> None:
    study.predictions[RunName.multi("equal", 2)]["price"][0] = np.nan
    assert np.isnan(seed_mean_difference(study.truths["price"], study.predictions, ApproachName("equal"))[0])


def test_a_task_without_a_baseline_or_a_prediction_is_absent(study: Study) -> None:
    del study.baselines["price"]
    assert [each.task for each in study.compared().tasks] == ["sold"]
    del study.predictions[study.candidate]["sold"]
    assert study.compared().tasks == ()
    assert study.compared().baselines == {}


def test_a_candidate_or_baseline_that_was_never_run_compares_nothing(study: Study) -> None:
    study.baselines["price"] = RunName.single("price", 99)
    assert study.compared().of("price") is None
    study.candidate = RunName.multi("equal", 99)
    assert study.compared().tasks == ()


def test_predictions_of_another_length_are_refused(study: Study) -> None:
    study.predictions[study.candidate]["price"] = np.zeros(3)
    with pytest.raises(ValueError, match="task price: predictions are"):
        study.compared()


def test_the_champion_is_compared_on_the_tasks_that_both_have(study: Study) -> None:
    candidate, champion = study.predictions[study.candidate], study.predictions[RunName.single("price", 0)]
    answer = compare_champion(study.truths, candidate, champion, version="7", bootstrap=FEW)
    expected = paired_difference(study.truths["price"], candidate["price"], champion["price"], FEW)
    assert answer == ChampionCompared("7", (expected,))


def test_a_champion_of_other_classes_cannot_be_told(study: Study) -> None:
    champion = {"sold": np.full((400, 3), 1 / 3)}
    answer = compare_champion(study.truths, study.predictions[study.candidate], champion, version="7", bootstrap=FEW)
    assert isinstance(answer, ChampionUnknown)
    assert "champion version 7: task sold: predictions are (400, 3)" in answer.reason


def test_a_comparison_can_be_computed_again(study: Study) -> None:
    assert study.compared() == make_study().compared()


def _score(study: Study, run: RunName, task: str) -> float:
    return metric_named(study.truths[task].metric).score(study.truths[task].labels, study.predictions[run][task])


def test_a_baseline_that_draws_nothing_has_its_value_for_a_mean_and_asks_for_no_seeds(study: Study) -> None:
    linear = RunName.single("price", None, baseline="linear")
    study.predictions[linear] = {"price": 0.9 * study.truths["price"].labels}
    study.baselines["price"] = linear
    found = study.compared().of("price")
    assert found is not None
    ours = np.mean([_score(study, RunName.multi("equal", seed), "price") for seed in SEEDS])
    assert found.seed_mean_difference == pytest.approx(ours - _score(study, linear, "price"))
    del study.predictions[RunName.single("price", 2)]
    lost = study.compared().of("price")
    assert lost is not None
    assert np.isnan(lost.seed_mean_difference), "a lost network may have been better than the linear model"


def test_the_candidate_is_compared_with_the_best_run_of_each_baseline(study: Study) -> None:
    linear = RunName.single("price", None, baseline="linear")
    study.predictions[linear] = {"price": 0.9 * study.truths["price"].labels}
    contenders = {"price": {"linear": linear, "network": RunName.single("price", 1)}}
    found = compare(
        study.truths,
        study.predictions,
        candidate=study.candidate,
        baselines=study.baselines,
        champion=study.champion,
        bootstrap=Bootstrap(50, 0.95),
        contenders=contenders,
    ).of("price")
    assert found is not None
    assert {baseline: paired.reference for baseline, paired in found.by_baseline.items()} == {
        baseline: pytest.approx(_score(study, run, "price")) for baseline, run in contenders["price"].items()
    }
