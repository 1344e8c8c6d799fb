"""What MLflow is told of runs."""

from pathlib import Path

from mtl.evaluation.comparison import ChampionAbsent
from mtl.registry.records import Artifact
from mtl.run_names import RunName
from mtl.study.tracking_records import study_artifacts, study_record, training_record, values_on_test, version_tags
from tests.mtl.study.fitted import FittedStudy


def test_records_name_metrics_alike_for_schemes_and_baselines(fitted: FittedStudy) -> None:
    records = {run.name: training_record(run, reused=False) for run in fitted.runs}
    together, alone = records[RunName.multi("equal", 0)], records[RunName.single("hba1c", 0)]
    pretrained, source = records[RunName.single("diabetes", 1, "hdl")], records[RunName.single("hdl", 1)]
    assert set(alone.history) < set(together.history)
    assert set(alone.final) < set(together.final)
    assert set(pretrained.history) == set(records[RunName.single("diabetes", 1)].history) < set(together.history)
    assert pretrained.subject == "single-task diabetes after hdl"
    assert [record.params["pretrained_on"] for record in (together, source, pretrained)] == ["none", "none", "hdl"]
    assert study_record(fitted.study.spec, fitted.study.frame).data.digest == fitted.study.frame.digest


def test_a_study_keeps_its_report_and_the_pages_of_its_checks(tmp_path: Path) -> None:
    report, docs = tmp_path / "report", tmp_path / "docs"
    assert study_artifacts(report, None) == (Artifact(report, "report"),)
    assert study_artifacts(report, docs / "index.html") == (Artifact(report, "report"), Artifact(docs, "data_docs"))


def test_a_run_and_the_version_made_of_it_name_their_approach_alike(fitted: FittedStudy) -> None:
    run = next(run for run in fitted.runs if run.name == RunName.multi("equal", 0))
    tags, params = version_tags(fitted.study.spec, fitted.study.frame, run), training_record(run, reused=False).params
    assert {key: tags[key] for key in ("scheme", "sharing")} == {"scheme": "equal", "sharing": "hard"}
    assert {key: params[key] for key in ("scheme", "sharing")} == {"scheme": "equal", "sharing": "hard"}


def test_a_baseline_that_is_no_network_has_the_same_metrics_and_its_own_options(fitted: FittedStudy) -> None:
    records = {run.name: training_record(run, reused=False) for run in fitted.runs}
    trees = records[RunName.single("diabetes", None, baseline="boosted_trees")]
    network = records[RunName.single("diabetes", 0)]
    assert set(trees.final) == set(network.final)
    assert {"bytes", "seconds", "validation/diabetes/calibration_error"} <= set(trees.final)
    assert (trees.run_name, trees.seed, trees.history) == ("boosted trees diabetes", None, {})
    assert (trees.params["baseline"], trees.params["seed"]) == ("boosted_trees", "none")
    assert trees.params["baseline.iterations"] == "2000"
    assert network.params["baseline"] == "network"
    assert records[RunName.multi("equal", 0)].params["baseline"] == "none"
    assert "training.epochs" in network.params


def test_what_was_reached_on_the_test_side_has_the_names_of_validation(fitted: FittedStudy) -> None:
    values = values_on_test(fitted.measured(ChampionAbsent()))
    assert set(values) == set(fitted.opened.predictions)
    linear = values[RunName.single("diabetes", None, baseline="linear")]
    assert {name.removeprefix("test/diabetes/") for name in linear} >= {"roc_auc", "log_loss", "calibration_error"}
    assert values_on_test(None) == {}
