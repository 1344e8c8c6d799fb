from pathlib import Path

import pandas as pd
import pytest

from mtl.promotion.evidence import ArtifactCheck
from mtl.registry.verify import VERIFY_SECONDS, FreshProcess
from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.bundle_check import check, difference
from tests.mtl.serving import bundles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("bundles") / "first", seed=1)


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Bundle:
    return load_bundle(folder)


def stored(folder: Path, rows: pd.DataFrame, expected: pd.DataFrame) -> tuple[Path, Path]:
    rows.to_parquet(folder / "rows.parquet")
    expected.to_parquet(folder / "expected.parquet")
    return folder / "rows.parquet", folder / "expected.parquet"


def check_afresh(bundle: Path, rows: Path, expected: Path, patience: float = VERIFY_SECONDS) -> ArtifactCheck:
    with FreshProcess() as fresh:
        return fresh.check(bundle, rows, expected, patience)


def test_a_fresh_process_reproduces_and_answers(folder: Path, bundle: Bundle, tmp_path: Path) -> None:
    rows = bundles.rows(70)
    found = check_afresh(folder, *stored(tmp_path, rows, bundle.predict(rows)))
    assert (found.reproduces, found.answers) == (True, True), found.detail
    assert found.detail == "70 rows predicted in a fresh process as evaluated, and 50 over HTTP"


def test_another_models_predictions_are_told_apart(folder: Path, bundle: Bundle) -> None:
    rows = bundles.rows()
    expected = bundle.predict(rows)
    expected["cost"] = expected["cost"] + (expected.index == 3)
    found = check(folder, rows, expected)
    assert not found["reproduces"]
    assert not found["answers"]
    assert "'cost' differs in 1 of 12 rows; in row 3" in str(found["detail"])


def test_a_process_that_fails_or_hangs_is_a_failed_check(folder: Path, tmp_path: Path) -> None:
    rows, expected = stored(tmp_path, bundles.rows(), bundles.rows())
    found = check_afresh(tmp_path, rows, expected)
    assert (found.reproduces, found.answers) == (False, False)
    assert "no readable model bundle" in found.detail
    found = check_afresh(folder, rows, expected, patience=0.01)
    assert "no answer within" in found.detail


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ({"a": [1.0, 2.0]}, {"a": [1.0, 2.0 + 1e-5]}, None),
        ({"a": [1e7]}, {"a": [1e7 + 50]}, None),
        ({"a": [1.0, 2.0]}, {"a": [1.0, 2.1]}, "'a' differs in 1 of 2 rows; in row 1, 2.1 was evaluated, 2.0 came"),
        ({"a": [float("nan")]}, {"a": [float("nan")]}, "'a' differs in 1 of 1 rows"),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, "in row 1, z was evaluated, y came"),
        ({"a": ["x"]}, {"a": ["x"]}, None),
        ({"b": [1.0]}, {"a": [1.0]}, "no column 'a' among the predictions: b"),
        ({"a": [1.0]}, {"a": [1.0, 1.0]}, "1 predictions for 2 rows"),
        ({"a": [1.0]}, {"a": []}, "no expected prediction"),
    ],
)
def test_difference(got: dict[str, list[object]], expected: dict[str, list[object]], words: str | None) -> None:
    found = difference(pd.DataFrame(got), pd.DataFrame(expected))
    assert found == words if words is None else words in str(found)
