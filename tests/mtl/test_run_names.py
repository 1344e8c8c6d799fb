import pytest

from mtl.evaluation.truth import Predictions
from mtl.jsonable import from_json, to_json
from mtl.run_names import ApproachName, RunName, multi_task_runs, single_task_runs


@pytest.mark.parametrize(("approach", "task"), [(None, None), (ApproachName("equal"), "price")])
def test_a_run_is_of_an_approach_or_of_a_task(approach: ApproachName | None, task: str | None) -> None:
    with pytest.raises(ValueError, match="not both or neither"):
        RunName(approach, task, 0)


def test_only_a_single_task_run_is_pretrained() -> None:
    with pytest.raises(ValueError, match="only a single-task run is pretrained: equal, sold"):
        RunName(ApproachName("equal"), None, 0, "sold")


def test_runs_are_named_for_people() -> None:
    assert str(RunName.multi("equal", 3)) == "equal, seed 3"
    assert str(RunName.single("price", 0)) == "single-task price, seed 0"
    assert str(RunName.single("price", 2, "sold")) == "single-task price after sold, seed 2"


def test_a_subject_is_what_seeds_have_in_common() -> None:
    subjects = {RunName.single("price", seed, source).subject for seed in (0, 1) for source in (None, "sold", "size")}
    assert subjects == {"single-task price", "single-task price after sold", "single-task price after size"}


@pytest.mark.parametrize(
    "run", [RunName.multi("equal", 3), RunName.single("price", 0), RunName.single("price", 0, "sold")]
)
def test_a_run_name_survives_json(run: RunName) -> None:
    assert from_json(RunName, to_json(run)) == run


def test_runs_are_told_apart_and_ordered() -> None:
    runs: dict[RunName, Predictions] = {
        RunName.multi("dwa", 1): {},
        RunName.single("price", 2): {},
        RunName.single("price", 0, "sold"): {},
        RunName.single("price", 0, "area"): {},
        RunName.single("price", 0): {},
        RunName.single("sold", 1): {},
        RunName.multi("dwa", 0): {},
        RunName.multi("cagrad", 7): {},
    }
    assert [str(run) for run in multi_task_runs(runs)] == ["cagrad, seed 7", "dwa, seed 0", "dwa, seed 1"]
    assert [(run.pretrained_on, run.seed) for run in single_task_runs(runs, "price")] == [
        (None, 0),
        (None, 2),
        ("sold", 0),
        ("area", 0),
    ]
    assert single_task_runs(runs, "other") == []


def test_a_baseline_is_named_for_people_and_one_that_draws_nothing_has_no_seed() -> None:
    run = RunName.single("price", None, baseline="boosted_trees")
    assert str(run) == "boosted trees price"
    assert str(RunName.single("price", 1, baseline="forest")) == "forest price, seed 1"
    assert from_json(RunName, to_json(run)) == run


@pytest.mark.parametrize(
    ("approach", "task", "seed", "pretrained_on", "baseline"),
    [
        (None, "price", None, None, "network"),
        (None, "price", None, "sold", "linear"),
        (ApproachName("equal"), None, 0, None, "linear"),
    ],
)
def test_only_networks_are_pretrained_and_share_and_all_of_them_have_a_seed(
    approach: ApproachName | None, task: str | None, seed: int | None, pretrained_on: str | None, baseline: str
) -> None:
    with pytest.raises(ValueError, match=r"only a single-task|a network has a seed"):
        RunName(approach, task, seed, pretrained_on, baseline)


def test_networks_stand_before_other_baselines() -> None:
    linear, network = RunName.single("price", None, baseline="linear"), RunName.single("price", 3)
    assert single_task_runs({linear: {}, network: {}}, "price") == [network, linear]
