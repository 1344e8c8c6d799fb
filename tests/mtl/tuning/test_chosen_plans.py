from pathlib import Path

import pytest

from mtl.baselines.study_runs import plan_study
from mtl.run_names import RunName
from mtl.training.approaches import approaches_of
from mtl.tuning.chosen_plans import plans_with
from tests.mtl.studies import SmallStudy, small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("plans"), baselines=["network", "boosted_trees"], seeds=[0, 1, 2])


def test_only_the_plans_of_a_tuned_subject_change_and_all_seeds_of_it_do(study: SmallStudy, tmp_path: Path) -> None:
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path)
    told = plans_with(plans, {"equal": {"l2": 0.2}, "boosted trees health": {"max_leaf_nodes": 5}})
    changed = {after.name for before, after in zip(plans, told, strict=True) if before != after}
    trees = RunName.single("health", None, baseline="boosted_trees")
    assert changed == {*(RunName.multi("equal", seed) for seed in (0, 1, 2)), trees}
