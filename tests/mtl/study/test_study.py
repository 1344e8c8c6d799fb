"""A study without its flow: what is chosen, compared, kept and bundled."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown, Comparison, compare
from mtl.evaluation.paired_difference import Bootstrap
from mtl.run_names import RunName
from mtl.serving.bundle import load_bundle
from mtl.study.candidate import bundle_candidate, check_example, expected_files
from mtl.study.choices import FittedRun, Selection, select
from mtl.study.diagnostics import diagnose
from mtl.study.evidence_file import read_evidence
from mtl.study.locked_test import ChampionOnTest, champion_on_test, compare_on_test
from mtl.study.tracking_records import study_record, training_record
from mtl.training.fit_run import fit_run
from mtl.training.plans import plan_runs
from tests.mtl.studies import SmallStudy, small_study, tasks_with


class Fitted:
    """A small study with every run fitted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.study: SmallStudy = small_study(folder, tasks=tasks_with(diabetes={"pretrained_on": ["hdl"]}))
        plans = plan_runs(self.study.spec, self.study.prepared, folder / "runs")
        self.runs = [FittedRun(plan, fit_run(plan)) for plan in plans]
        self.selection: Selection = select(self.study.prepared, self.runs)

    def compared(
        self,
        file: Path,
        champion: ChampionOnTest | ChampionAbsent | ChampionUnknown,
        runs: list[FittedRun] | None = None,
    ) -> Comparison:
        chosen = self.runs if runs is None else runs
        selection = select(self.study.prepared, chosen)
        found = compare_on_test(self.study.spec, self.study.prepared, chosen, selection, champion, file)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    return Fitted(tmp_path_factory.mktemp("study"))


def test_baselines_and_candidate_are_chosen_among_all_seeds(fitted: Fitted) -> None:
    assert set(fitted.selection.baselines) == {"hba1c", "diabetes", "health"}
    assert all(run.name.task == task for task, run in fitted.selection.baselines.items())
    assert fitted.selection.candidate is not None
    assert fitted.selection.candidate.name.subject in ("equal", "pcgrad")
    assert set(fitted.selection.standings) == {run.name for run in fitted.runs if run.name.approach}


def test_auxiliary_tasks_are_not_compared(fitted: Fitted, tmp_path: Path) -> None:
    found = fitted.compared(tmp_path / "evidence.npz", ChampionAbsent())
    assert {each.task for each in found.tasks} == {"hba1c", "diabetes", "health"}


def test_the_comparison_can_be_made_again_from_the_evidence_alone(fitted: Fitted, tmp_path: Path) -> None:
    file, spec = tmp_path / "evidence.npz", fitted.study.spec
    found = fitted.compared(file, ChampionAbsent())
    truths, predictions = read_evidence(file)
    assert {RunName.single("diabetes", 0), RunName.single("diabetes", 0, "hdl")} <= set(predictions)
    again = compare(
        truths,
        predictions,
        candidate=found.candidate,
        baselines=found.baselines,
        champion=ChampionAbsent(),
        bootstrap=Bootstrap(spec.evaluation.resamples, spec.gate.confidence),
    )
    assert again == found


def test_a_task_whose_baselines_all_failed_has_no_comparison(fitted: Fitted, tmp_path: Path) -> None:
    left = [run for run in fitted.runs if run.name.task != "diabetes" or run.name.pretrained_on]
    selection = select(fitted.study.prepared, left)
    assert "diabetes" not in selection.baselines
    assert selection.candidate is None


def test_a_task_may_be_compared_with_its_pretrained_runs(fitted: Fitted, tmp_path: Path) -> None:
    study = fitted.study
    pretrained = next(run for run in fitted.runs if run.name == RunName.single("diabetes", 1, "hdl"))
    chosen = replace(fitted.selection, baselines={**fitted.selection.baselines, "diabetes": pretrained})
    found = compare_on_test(
        study.spec, study.prepared, fitted.runs, chosen, ChampionAbsent(), tmp_path / "evidence.npz"
    )
    assert found is not None
    assert found.baselines["diabetes"] == pretrained.name
    assert found.baselines["health"].pretrained_on is None
    compared = found.of("diabetes")
    assert compared is not None
    assert np.isfinite(compared.seed_mean_difference)
    assert compared.seeds == 2


def test_a_pretrained_run_that_is_missing_is_not_chosen(fitted: Fitted) -> None:
    left = [run for run in fitted.runs if not run.name.pretrained_on]
    selection = select(fitted.study.prepared, left)
    assert selection.baselines["diabetes"].name.pretrained_on is None
    assert selection.candidate is not None


def test_a_run_that_others_start_from_is_not_compared(fitted: Fitted, tmp_path: Path) -> None:
    file = tmp_path / "evidence.npz"
    fitted.compared(file, ChampionAbsent())
    assert RunName.single("hdl", 0) in {run.name for run in fitted.runs}
    assert {run.task for run in read_evidence(file)[1]} == {None, "hba1c", "diabetes", "health"}


def test_the_bundle_answers_as_the_run_was_evaluated(fitted: Fitted, tmp_path: Path) -> None:
    run = fitted.runs[0]
    bundle = load_bundle(bundle_candidate(fitted.study.spec, run, fitted.study.frame, tmp_path))
    with expected_files(fitted.study.spec, run, fitted.study.frame) as (rows, expected):
        answer, wanted = bundle.predict(pd.read_parquet(rows)), pd.read_parquet(expected)
    pd.testing.assert_frame_equal(answer, wanted, rtol=1e-6)
    assert "hdl" not in answer
    check_example(bundle.folder)


def test_a_champion_is_scored_from_the_raw_rows_and_ties_with_itself(fitted: Fitted, tmp_path: Path) -> None:
    assert fitted.selection.candidate is not None
    study = fitted.study
    folder = bundle_candidate(study.spec, fitted.selection.candidate, study.frame, tmp_path / "bundles")
    champion = champion_on_test("7", folder, study.prepared, study.frame)
    assert isinstance(champion, ChampionOnTest)
    found = fitted.compared(tmp_path / "evidence.npz", champion).champion
    assert not isinstance(found, ChampionAbsent | ChampionUnknown)
    np.testing.assert_allclose([each.difference for each in found.differences], 0.0, atol=1e-6)


def test_a_champion_that_reads_columns_which_are_gone_cannot_be_told(fitted: Fitted, tmp_path: Path) -> None:
    other = small_study(tmp_path, features={"numeric": ["age"]})
    folder = bundle_candidate(fitted.study.spec, fitted.runs[0], fitted.study.frame, tmp_path / "bundles")
    answer = champion_on_test("7", folder, other.prepared, other.frame)
    assert isinstance(answer, ChampionUnknown)
    assert "bmi" in answer.reason


def test_diagnostics_have_the_losses_of_the_kept_epochs(fitted: Fitted) -> None:
    found = diagnose(fitted.study.prepared, fitted.selection)
    assert set(found.tasks) == {"hba1c", "diabetes", "health"}
    for values in (found.candidate_train, found.candidate_validation, found.baseline_train, found.baseline_validation):
        assert np.isfinite(values).all()
    assert np.abs(found.cosines).max() <= 1.0
    assert (found.labels > 2000).all()


def test_records_name_metrics_alike_for_schemes_and_baselines(fitted: Fitted) -> None:
    records = {run.name: training_record(run, reused=False) for run in fitted.runs}
    together, alone = records[RunName.multi("equal", 0)], records[RunName.single("hba1c", 0)]
    pretrained, source = records[RunName.single("diabetes", 1, "hdl")], records[RunName.single("hdl", 1)]
    assert set(alone.history) < set(together.history)
    assert set(alone.final) < set(together.final)
    assert set(pretrained.history) == set(records[RunName.single("diabetes", 1)].history) < set(together.history)
    assert pretrained.subject == "single-task diabetes after hdl"
    assert [record.params["pretrained_on"] for record in (together, source, pretrained)] == ["none", "none", "hdl"]
    assert study_record(fitted.study.spec, fitted.study.frame).data.digest == fitted.study.frame.digest
