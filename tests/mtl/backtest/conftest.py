"""A small study, fitted once for the tests of a process: one network of all tasks, linear models of each."""

from dataclasses import dataclass

import pytest

from mtl.backtest.standing import Version
from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.study.candidate import bundle_candidate
from mtl.study.choices import FittedRun, Selection, select
from mtl.study.locked_test import OpenedTest, open_test
from mtl.training.approaches import approaches_of
from tests.mtl.studies import SmallStudy, small_study


@dataclass(frozen=True)
class Tried:
    """What was fitted, chosen and opened; and the candidate as a version on disk."""

    study: SmallStudy
    chosen: Selection
    opened: OpenedTest
    version: Version


@pytest.fixture(scope="session")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    folder = tmp_path_factory.mktemp("tried")
    study = small_study(folder, schemes=["equal"], seeds=[0], baselines=["linear"])
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, folder / "runs")
    runs = [FittedRun(plan, fit_planned(plan)) for plan in plans]
    chosen = select(study.prepared, runs, ["linear"])
    assert chosen.candidate is not None
    opened = open_test(study.prepared, study.frame, runs, chosen)
    bundle = bundle_candidate(study.spec, chosen.candidate, study.frame, folder / "bundles")
    return Tried(study, chosen, opened, Version("2013-03-01", bundle))
