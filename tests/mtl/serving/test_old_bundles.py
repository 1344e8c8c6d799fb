"""Bundles that an earlier program wrote, each with its answer to its own example: today's program gives the same."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.serving.bundle import Bundle, load_bundle
from tests.mtl.serving.trained import Trained

FOLDERS = sorted(Path(__file__).with_name("format_3").iterdir())
every_bundle = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def load(folder: Path, target: Path) -> Bundle:
    """The bundle as it was written: its answer came later."""
    return load_bundle(Path(shutil.copytree(folder, target, ignore=shutil.ignore_patterns("answer.json"))))


@every_bundle
def test_a_bundle_of_format_3_answers_as_it_did(folder: Path, tmp_path: Path) -> None:
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
    described = [json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["shape"] for folder in FOLDERS]
    assert {shape["sharing"]["name"] for shape in described} == {"hard", "soft", "cross_stitch", "mmoe", "ple"}
    assert {shape["text_encoder"] for shape in described} == {"mean", "lstm"}


def test_a_bundle_of_format_4_is_one_member(trained: Trained, tmp_path: Path) -> None:
    folder = trained.write(tmp_path / "bundle")
    today = load_bundle(folder)
    file = folder / "bundle.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    del described["shape"]["members"]
    file.write_text(json.dumps({**described, "format": 4}), encoding="utf-8")
    assert_frame_equal(load_bundle(folder).predict(today.example), today.predict(today.example))
