"""Dump, wipe, restore: the same champion is served, also from another place."""

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from flows.backup import back_up, restore
from mtl import registry
from mtl.errors import MtlError, UserError
from mtl.registry import Registry
from mtl.serving.bundle import load_bundle
from tests.flows.clinics import Finished, mtl, stay, write_clinics


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with a registry that nobody has used yet."""
    stay(monkeypatch, tmp_path / "home")
    registry.read_champion(Registry.in_folder(tmp_path / "home"), "nobody")
    (tmp_path / "home" / "reports" / "clinics").mkdir(parents=True)
    (tmp_path / "home" / "reports" / "clinics" / "report.md").write_text("# decided")
    return tmp_path / "home"


def test_what_was_backed_up_is_restored_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home.parent / "backup.tar.gz"
    assert str(file) in back_up(file)
    assert not list(home.glob(".backup-*"))
    stay(monkeypatch, home.parent / "other")
    assert str(home) in restore(file)
    other = home.parent / "other"
    assert {path.name for path in other.iterdir()} == {"mlflow.db", "reports"}
    assert (other / "reports" / "clinics" / "report.md").read_text() == "# decided"
    assert MlflowClient(Registry.in_folder(other).tracking_uri).search_registered_models() == []


def test_a_home_that_has_a_registry_is_not_written_over(home: Path) -> None:
    file = home.parent / "backup.tar.gz"
    back_up(file)
    before = (home / "mlflow.db").read_bytes()
    with pytest.raises(UserError, match=r"^MTL_HOME: .* holds mlflow.db, reports already"):
        restore(file)
    assert (home / "mlflow.db").read_bytes() == before


def test_a_file_that_was_changed_restores_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, folder = home.parent / "backup.tar.gz", home.parent / "unpacked"
    back_up(file)
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    (folder / "reports" / "clinics" / "report.md").write_text("# forged")
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder, ".")
    stay(monkeypatch, home.parent / "other")
    with pytest.raises(MtlError, match=r"reports/clinics/report.md differs; nothing was restored"):
        restore(file)
    assert list((home.parent / "other").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b cut"])
def test_a_file_that_is_no_backup_is_told(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path / "home")
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(MtlError, match=r"is no file that `mtl backup` wrote|SHA256SUMS differs"):
        restore(tmp_path / "file")
    with pytest.raises(MtlError, match="is no file that `mtl backup` wrote"):
        restore(tmp_path / "nosuch")


def test_a_server_is_backed_up_with_its_own_tools_and_its_password_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay(monkeypatch, tmp_path / "home", MLFLOW_TRACKING_URI="postgresql://me:planted@host/db")
    with pytest.raises(UserError, match="pg_dump") as caught:
        back_up(tmp_path / "file")
    assert "planted" not in str(caught.value)


def test_an_empty_home_and_a_place_that_cannot_be_written_are_mistakes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=r"^FILE: .* cannot be written"):
        back_up(home / "mlflow.db" / "below" / "file")
    stay(monkeypatch, home.parent / "empty")
    with pytest.raises(UserError, match="nothing to back up"):
        back_up(home.parent / "file")


@dataclass(frozen=True)
class Drill:
    """A study that promoted, backed up, its home gone, and restored in another place."""

    home: Path
    first: Finished
    answer: pd.DataFrame
    history: str


def answer_of(home: Path) -> pd.DataFrame:
    """What the champion predicts of its own example rows, as a server would load it."""
    where = Registry.in_folder(home)
    _, folder = registry.RegistryChampionSource(where, "clinics", home / "bundles").current()
    bundle = load_bundle(folder)
    return bundle.predict(bundle.example)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Drill:
    folder = tmp_path_factory.mktemp("drill")
    home, file = folder / "home", folder / "backup.tar.gz"
    first = mtl(home, "run", write_clinics(folder, schemes=["equal"], seeds=[0]), "--json")
    assert first.status == 0, first.err
    answer, history = answer_of(home), mtl(home, "history", "clinics").out
    assert mtl(home, "backup", file).status == 0
    shutil.rmtree(home)
    restored = mtl(folder / "moved", "restore", file)
    assert restored.status == 0, restored.err
    return Drill(folder / "moved", first, answer, history)


@pytest.mark.faults
def test_the_drill_serves_the_same_champion(drill: Drill) -> None:
    pd.testing.assert_frame_equal(answer_of(drill.home), drill.answer)


@pytest.mark.faults
def test_the_drill_keeps_decisions_and_history(drill: Drill) -> None:
    verified = mtl(drill.home, "verify", "clinics", "1")
    assert verified.status == 0, verified.out + verified.err
    assert mtl(drill.home, "decide", drill.first.outcome["run_id"], "--exit-code").status == 0
    assert mtl(drill.home, "history", "clinics").out == drill.history
