"""A study that finds a damaged file of an earlier one comes to the same decision, says which, and leaves it beside."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.evaluation.comparison import ChampionAbsent
from mtl.promotion.evidence import ArtifactCheck
from mtl.serving.bundle import load_bundle
from mtl.study.candidate import bundle_candidate
from mtl.study.choices import FittedRun, select
from mtl.study.comparing import compare_measured
from mtl.study.deciding import Decided, bootstrap_of, decide
from mtl.study.locked_test import open_test
from mtl.study.measured import measure
from mtl.training.approaches import approaches_of
from tests.mtl.studies import small_study

pytestmark = pytest.mark.slow

ASKED = ["network", "linear"]


def concluded(folder: Path) -> tuple[Decided, str]:
    """The decision of a small study below `folder`, which uses what it finds there, and the digest of its bundle."""
    study = small_study(folder, schemes=["equal"], seeds=[0], baselines=ASKED)
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, folder / "runs")
    runs = [FittedRun(plan, plan.result or fit_planned(plan)) for plan in plans]
    chosen = select(study.prepared, runs, ASKED)
    assert chosen.candidate is not None
    found = measure(open_test(study.prepared, study.frame, runs, chosen), chosen, ChampionAbsent())
    assert found is not None
    compared = compare_measured(found, bootstrap_of(study.spec))
    bundle = load_bundle(bundle_candidate(study.spec, chosen.candidate, study.frame, folder / "bundles"))
    return decide(study.spec, True, found, compared, ArtifactCheck(True, True, "")), bundle.digest


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The files of a study, and the words of what it concluded."""
    folder = tmp_path_factory.mktemp("kept")
    return folder, repr(concluded(folder))


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def negate_a_task(file: Path) -> None:
    labels = np.load(file)
    labels[:, 0] *= -1
    np.save(file, labels)


FOLDERS = [
    ("prepared/*/test/of_rows/labels.npy", negate_a_task),
    ("prepared/*/train/numeric.npy", cut),
    ("prepared/*/tasks.json", Path.unlink),
    ("prepared/*/SHA256SUMS", Path.unlink),
    ("runs/*/result.json", cut),
    ("runs/*/weights.safetensors", cut),
    ("runs/*/history.json", Path.unlink),
    ("runs/*/validation.npz", flip),
    ("runs/*/model.pickle", flip),
    ("bundles/*/weights.safetensors", flip),
    ("bundles/*/example.parquet", Path.unlink),
]


@pytest.mark.parametrize(("pattern", "damage"), FOLDERS)
def test_a_damaged_folder_is_made_anew(
    kept: tuple[Path, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    pattern: str,
    damage: Callable[[Path], None],
) -> None:
    shutil.copytree(kept[0], tmp_path, dirs_exist_ok=True)
    file = sorted(tmp_path.glob(pattern))[0]
    folder = tmp_path / Path(*file.relative_to(tmp_path).parts[:2])
    damage(file)
    assert repr(concluded(tmp_path)) == kept[1]
    assert [str(file) in message for message in caplog.messages] == [True]
    assert folder.is_dir()
    assert [each.name for each in folder.parent.glob("*.damaged-*")] == [f"{folder.name}.damaged-1"]


@pytest.mark.parametrize("damage", [flip, cut])
def test_a_damaged_frame_is_made_anew(
    kept: tuple[Path, str], tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    shutil.copytree(kept[0], tmp_path, dirs_exist_ok=True)
    [frame] = (tmp_path / "frames").iterdir()
    damage(frame)
    assert repr(concluded(tmp_path)) == kept[1]
    assert [str(frame) in message for message in caplog.messages] == [True]
    assert sorted(each.name for each in frame.parent.iterdir()) == [frame.name, f"{frame.name}.damaged-1"]


def test_files_that_are_as_they_were_are_used(
    kept: tuple[Path, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(kept[0], tmp_path, dirs_exist_ok=True)
    before = {
        file: file.stat().st_mtime_ns
        for room in ("prepared", "runs", "frames")
        for file in (tmp_path / room).rglob("*")
    }
    assert repr(concluded(tmp_path)) == kept[1]
    assert caplog.messages == []
    assert {file: file.stat().st_mtime_ns for file in before} == before
