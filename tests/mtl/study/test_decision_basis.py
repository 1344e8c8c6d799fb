"""The evidence file holds everything that a decision follows from."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.errors import DataError
from mtl.evaluation.comparison import ChampionUnknown
from mtl.evaluation.incumbent_comparison import IncumbentCompared, IncumbentPredictions, IncumbentUnknown
from mtl.evaluation.truth import TaskTruth
from mtl.promotion.evidence import ArtifactCheck, Opponent
from mtl.run_names import RunName
from mtl.study.comparing import compare_measured
from mtl.study.deciding import decide_on
from mtl.study.decision_basis import DecisionBasis, read_basis, write_basis
from mtl.study.measured import ChampionPredictions, Measured
from mtl.study.old_comparison import compare_as_before
from tests.mtl.study.fitted import FittedStudy


@pytest.fixture
def basis(fitted: FittedStudy) -> DecisionBasis:
    return fitted.decided(ArtifactCheck(True, True, "500 rows")).basis


def read_again(basis: DecisionBasis, folder: Path) -> DecisionBasis:
    write_basis(folder / "evidence.npz", basis)
    return read_basis(folder / "evidence.npz")


def assert_same(one: Measured, other: Measured) -> None:
    assert (one.candidate, dict(one.baselines)) == (other.candidate, dict(other.baselines))
    assert list(one.truths) == list(other.truths)
    assert list(one.predictions) == list(other.predictions)
    for task, truth in one.truths.items():
        same: TaskTruth = other.truths[task]
        assert (truth.kind, truth.metric, truth.classes) == (same.kind, same.metric, same.classes)
        np.testing.assert_array_equal(truth.labels, same.labels)
        np.testing.assert_array_equal(truth.units, same.units)
    for run, predictions in one.predictions.items():
        assert set(predictions) == set(other.predictions[run])
        for task, array in predictions.items():
            np.testing.assert_array_equal(array, other.predictions[run][task])


def test_a_basis_is_read_as_it_was_written(basis: DecisionBasis, tmp_path: Path) -> None:
    again = read_again(basis, tmp_path)
    assert basis.measured is not None
    assert again.measured is not None
    assert_same(basis.measured, again.measured)
    assert replace(again, measured=None) == replace(basis, measured=None) or (
        (again.tasks, again.artifact, again.bootstrap, again.policy, again.rules)
        == (basis.tasks, basis.artifact, basis.bootstrap, basis.policy, basis.rules)
    )


def test_the_champions_predictions_are_kept(basis: DecisionBasis, tmp_path: Path) -> None:
    assert basis.measured is not None
    theirs = ChampionPredictions("7", basis.measured.predictions[basis.measured.candidate])
    kept = read_again(replace(basis, measured=replace(basis.measured, champion=theirs)), tmp_path).measured
    assert kept is not None
    found = compare_measured(kept, basis.bootstrap).champion
    assert getattr(found, "version", None) == "7"
    assert [each.difference for each in getattr(found, "differences", ())] == [0.0] * 3


def test_why_there_is_no_champion_to_compare_with_is_kept(basis: DecisionBasis, tmp_path: Path) -> None:
    assert basis.measured is not None
    unknown = ChampionUnknown("its bundle is gone")
    kept = read_again(replace(basis, measured=replace(basis.measured, champion=unknown)), tmp_path).measured
    assert kept is not None
    assert kept.champion == unknown


def test_a_basis_without_a_candidate_decides_as_before(basis: DecisionBasis, tmp_path: Path) -> None:
    none = replace(basis, measured=None, artifact=None)
    again = read_again(none, tmp_path)
    assert again.measured is None
    assert decide_on(again, None) == decide_on(none, None)
    assert not decide_on(again, None).promote


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not an archive"])
def test_a_file_that_holds_no_evidence_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "evidence.npz"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"evidence\.npz' holds no evidence of a decision"):
        read_basis(file)


def test_another_format_is_told_by_its_number(tmp_path: Path) -> None:
    np.savez(tmp_path / "evidence.npz", words=np.array('{"format": 9}'))
    with pytest.raises(DataError, match="evidence of format 9; this version reads formats 2 to 6"):
        read_basis(tmp_path / "evidence.npz")


def test_what_is_known_of_opponents_and_of_each_baseline_is_kept(basis: DecisionBasis, tmp_path: Path) -> None:
    assert basis.measured is not None
    weak = {**basis.measured.opponents, "hba1c": Opponent(("linear",), "at its cap")}
    told = replace(basis, measured=replace(basis.measured, opponents=weak))
    again = read_again(told, tmp_path).measured
    assert again is not None
    assert again.opponents == weak
    assert again.contenders == basis.measured.contenders
    linear = RunName.single("hba1c", None, baseline="linear")
    assert again.contenders["hba1c"]["linear"] == linear
    assert linear in again.predictions


def test_what_the_models_in_use_predict_is_kept(basis: DecisionBasis, tmp_path: Path) -> None:
    assert basis.measured is not None
    ours = basis.measured.predictions[basis.measured.candidate]
    new = np.arange(len(ours["hba1c"])) % 3 > 0
    told: dict[str, IncumbentPredictions | IncumbentUnknown] = {
        "hba1c": IncumbentPredictions("models:/a/1", ours["hba1c"] + 0.1, new, "keys"),
        "health": IncumbentUnknown("models:/b@live", "it is gone"),
    }
    with_them = replace(basis, measured=replace(basis.measured, incumbents=told))
    again = read_again(with_them, tmp_path)
    assert again.measured is not None
    assert with_them.measured is not None
    comparisons = [compare_measured(each, basis.bootstrap) for each in (with_them.measured, again.measured)]
    assert comparisons[0].incumbents == comparisons[1].incumbents
    assert decide_on(again, comparisons[1]) == decide_on(with_them, comparisons[0])
    known = comparisons[1].incumbents["hba1c"]
    assert isinstance(known, IncumbentCompared)
    assert (known.left_out, known.difference.labels) == (int((~new).sum()), int(new.sum()))
    assert comparisons[1].incumbents["health"] == told["health"]


def test_evidence_of_format_2_is_read_and_its_opponents_are_taken_for_sound(
    basis: DecisionBasis, tmp_path: Path
) -> None:
    file = tmp_path / "evidence.npz"
    write_basis(file, replace(basis, rules=1))
    with np.load(file) as archive:
        arrays = dict(archive)
    words = json.loads(str(arrays["words"]))
    del words["contenders"], words["opponents"], words["incumbents"], words["unjudged"]
    for run in [*words["runs"], words["candidate"], *words["baselines"].values()]:
        del run["baseline"], run["version"]
    # Format 2 knew networks alone: of a task's runs without a seed there was none.
    words["runs"] = [run if run["seed"] is not None else {**run, "seed": 77} for run in words["runs"]]
    words["baselines"] = {
        task: {**run, "seed": 77 if run["seed"] is None else run["seed"]} for task, run in words["baselines"].items()
    }
    np.savez(file, **{**arrays, "words": np.array(json.dumps({**words, "format": 2}))})
    again = read_basis(file)
    assert again.measured is not None
    assert (again.measured.opponents, again.measured.contenders) == ({}, {})
    decided = decide_on(again, compare_measured(again.measured, again.bootstrap))
    assert not any("opponent" in verdict.reason or "converged" in verdict.reason for verdict in decided.verdicts)


def without_constants(file: Path) -> None:
    """Make evidence of format 4 of what stands in a file."""
    with np.load(file) as archive:
        arrays = {name: array for name, array in archive.items() if not name.startswith("constant ")}
    words = json.loads(str(arrays["words"]))
    del words["unjudged"]
    np.savez(file, **{**arrays, "words": np.array(json.dumps({**words, "format": 4}))})


def test_evidence_of_format_4_decides_as_it_did_and_under_todays_rules_shows_no_constant_beaten(
    basis: DecisionBasis, tmp_path: Path
) -> None:
    write_basis(tmp_path / "evidence.npz", basis)
    without_constants(tmp_path / "evidence.npz")
    again = read_basis(tmp_path / "evidence.npz")
    assert again.measured is not None
    assert again.measured.constants == {}
    comparison = compare_as_before(again.measured, again.bootstrap)
    then = decide_on(replace(again, rules=2), comparison)
    assert not any("constant" in verdict.reason for verdict in then.verdicts)
    now = decide_on(replace(again, rules=3), comparison)
    assert not now.promote
    for was, verdict in zip(then.verdicts, now.verdicts, strict=True):
        assert was == verdict or "whether it is better than a constant is not known" in verdict.reason


def test_the_constants_are_kept_and_compared_alike(basis: DecisionBasis, tmp_path: Path) -> None:
    again = read_again(basis, tmp_path)
    assert basis.measured is not None
    assert again.measured is not None
    found, expected = (compare_measured(each, basis.bootstrap) for each in (again.measured, basis.measured))
    assert [each.constant for each in found.tasks] == [each.constant for each in expected.tasks]
    assert all(each.constant for each in found.tasks)
