"""The evidence file holds everything that a decision follows from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.errors import DataError
from mtl.evaluation.comparison import ChampionUnknown
from mtl.evaluation.truth import TaskTruth
from mtl.promotion.evidence import ArtifactCheck
from mtl.study.deciding import decide_on
from mtl.study.decision_basis import DecisionBasis, read_basis, write_basis
from mtl.study.measured import ChampionPredictions, Measured, compare_measured
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
    with pytest.raises(DataError, match="evidence of format 9; this version reads formats 2 and 3"):
        read_basis(tmp_path / "evidence.npz")
