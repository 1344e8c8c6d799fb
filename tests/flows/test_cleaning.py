"""After a clean, everything that people rely on goes on as before."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from flows.cleaning import clean
from mtl import registry
from mtl.errors import LeaseError, MtlError, UserError
from mtl.registry.database_size import bytes_of
from mtl.study.store import Store
from tests.flows.clinics import mtl, stay, write_clinics
from tests.flows.test_backup import answer_of


def grown_old(home: Path) -> None:
    """All files of a home as if nothing had used them for a year."""
    for path in home.rglob("*"):
        times = path.stat().st_atime - 366 * 86_400, path.stat().st_mtime - 366 * 86_400
        os.utime(path, times)


@pytest.mark.faults
@pytest.mark.long
def test_a_cleaned_home_verifies_decides_rolls_back_and_answers_as_before(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    first = mtl(home, "run", spec, "--json").outcome
    grown_old(home)
    dry = mtl(home, "clean", "--keep", "0", "--dry-run")
    assert (dry.status, "nothing was" in dry.out, len(list(Store(home).runs.iterdir()))) == (0, True, 12)
    done = mtl(home, "clean", "--keep", "0")
    assert done.status == 0, done.err
    assert "runs: 12" in done.out
    for room in (Store(home).runs, Store(home).frames):
        assert list(room.iterdir()) == []
    assert mtl(home, "verify", "clinics", "1").status == 0
    assert mtl(home, "decide", "clinics", "--exit-code").status == 0
    unchanged = mtl(home, "run", spec, "--json").outcome
    assert (unchanged["decision"], unchanged["effort"]["trained"]) == (first["decision"], 0)
    # A further promotion has the first champion to beat, which nothing below the home holds any more.
    again = mtl(home, "run", spec, "--json", "--again")
    assert again.status == 0, again.err
    assert again.outcome["effort"]["trained"] == 12
    assert mtl(home, "history", "clinics").out.count("version") >= 1


def test_what_is_kept_stays_and_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path)
    for name in ("one", "two", "three"):
        (Store(tmp_path).runs / name).mkdir(parents=True)
    grown_old(tmp_path)
    assert clean(50, "90d", dry_run=False).startswith("Nothing in")
    assert "runs: 1, 0.0 MB" in clean(2, "90d", dry_run=False)
    assert len(list(Store(tmp_path).runs.iterdir())) == 2


def test_while_a_study_is_under_way_nothing_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path)
    (Store(tmp_path).runs / "old").mkdir(parents=True)
    grown_old(tmp_path)
    with FileLock(tmp_path / "study.lock"), pytest.raises(LeaseError, match="a study is under way in"):
        clean(0, "90d", dry_run=False)
    assert (Store(tmp_path).runs / "old").is_dir()


@pytest.mark.parametrize("age", ["1d", "47h", "0d", "soon", "-90d", ""])
def test_an_age_that_is_none_or_too_short_is_refused(age: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path)
    with pytest.raises(UserError, match="--older-than: expected"):
        clean(0, age, dry_run=False)


@pytest.mark.slow
def test_an_earlier_champion_is_rolled_back_to_and_serves_after_records_were_cleaned(tmp_path: Path) -> None:
    home, where = tmp_path / "home", registry.Registry.in_folder(tmp_path / "home")
    first = mtl(home, "run", write_clinics(tmp_path, schemes=["equal"], seeds=[0]), "--json")
    assert first.outcome["decision"]["promote"], first.err
    answer = answer_of(home)
    second = mtl(home, "run", write_clinics(tmp_path, schemes=["pcgrad"], seeds=[3]), "--no-promote", "--json")
    assert second.outcome["version"] == "2", second.err
    model = registry.tag_version(where, registry.read_version(where, "clinics", "2"), {"decision": "promote"})
    registry.promote(where, model, registry.read_champion(where, "clinics"), probe=str)
    grown_old(home)
    recorded_long_ago(home)
    before = bytes_of(home / "mlflow.db")
    done = mtl(home, "clean", "--keep", "0")
    assert (done.status, "MLflow, clinics: 0 studies, " in done.out) == (0, True), done.err
    assert bytes_of(home / "mlflow.db") < before
    assert mtl(home, "verify", "clinics", "1").status == 0
    assert mtl(home, "decide", first.outcome["run_id"], "--exit-code").status == 0
    back = mtl(home, "rollback", "clinics")
    assert (back.status, champion_number(where)) == (0, "1"), back.err
    shutil.rmtree(home / "bundles", ignore_errors=True)
    pd.testing.assert_frame_equal(answer_of(home), answer)
    assert len(registry.read_history(where, "clinics").looks) >= 1


def recorded_long_ago(home: Path) -> None:
    """MLflow's runs as if they were a year old."""
    with closing(sqlite3.connect(home / "mlflow.db")) as database, database:
        database.execute("update runs set start_time = start_time - 31622400000, end_time = end_time - 31622400000")


def champion_number(where: registry.Registry) -> str:
    found = registry.read_champion(where, "clinics")
    return found.version if isinstance(found, registry.Champion) else "none"


def test_a_database_that_is_none_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "prefect.db").write_bytes(b"no database, whatever its name says" * 40)
    with pytest.raises(MtlError, match="a database could not be cleaned: file is not a database"):
        clean(0, "90d", dry_run=False)
