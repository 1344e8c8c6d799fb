"""Bundles that an earlier program wrote, each with its answer to its own example: today's program gives the same."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.serving.bundle import Bundle, load_bundle

FORMATS = {number: sorted(Path(__file__).with_name(f"format_{number}").iterdir()) for number in (3, 4)}
FOLDERS = [folder for folders in FORMATS.values() for folder in folders]
every_bundle = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")


def load(folder: Path, target: Path) -> Bundle:
    """The bundle as it was written: its answer came later."""
    return load_bundle(Path(shutil.copytree(folder, target, ignore=shutil.ignore_patterns("answer.json"))))


@every_bundle
def test_an_old_bundle_answers_as_it_did(folder: Path, tmp_path: Path) -> None:
    bundle = load(folder, tmp_path / "bundle")
    expected = pd.DataFrame(json.loads((folder / "answer.json").read_text(encoding="utf-8")))
    answer = bundle.predict(bundle.example)
    assert_frame_equal(answer, expected, rtol=1e-5)
    assert np.ptp(answer["ill"].to_numpy()) > 0.01


@every_bundle
def test_its_columns_and_its_tasks_are_those_that_it_was_trained_on(folder: Path, tmp_path: Path) -> None:
    bundle = load(folder, tmp_path / "bundle")
    assert [column.name for column in bundle.columns] == ["age", "weight", "city", "note"]
    assert [task.name for task in bundle.tasks] == ["ill", "stage", "cost"]


def test_every_way_of_sharing_and_every_text_encoder_of_format_3_is_among_them() -> None:
    described = [json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["shape"] for folder in FORMATS[3]]
    assert {shape["sharing"]["name"] for shape in described} == {"hard", "soft", "cross_stitch", "mmoe", "ple"}
    assert {shape["text_encoder"] for shape in described} == {"mean", "lstm"}


def test_a_bundle_of_format_4_is_one_member(tmp_path: Path) -> None:
    assert load(FORMATS[4][0], tmp_path / "bundle").network.shape.members == 1


def test_numbers_of_format_4_are_standardised_and_never_clipped(tmp_path: Path) -> None:
    described = json.loads((FORMATS[4][0] / "bundle.json").read_text(encoding="utf-8"))
    column = described["features"][0]["fitted"][0]
    bundle = load(FORMATS[4][0], tmp_path / "bundle")
    ages = pd.DataFrame({"age": [1e9, column["mean"]], "weight": [0.0, 0.0], "city": "Aden", "note": "pain"})
    array = bundle.transforms.features["numeric"].apply(ages)
    np.testing.assert_allclose(array[:, 0], [(1e9 - column["mean"]) / column["scale"], 0.0], rtol=1e-6)
