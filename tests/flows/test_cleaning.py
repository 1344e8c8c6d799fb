"""After a clean, everything that people rely on goes on as before."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

from flows.cleaning import clean
from mtl.errors import LeaseError, UserError
from mtl.study.store import Store
from tests.flows.clinics import mtl, stay, write_clinics


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
