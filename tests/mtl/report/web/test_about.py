import subprocess
from pathlib import Path

import pytest

from mtl.report.web.about import about_study, commit_of, program
from tests.mtl.studies import small_study


def git(folder: Path, *asked: str) -> str:
    named = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *named, *asked], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_commit_of_a_checkout_is_told_and_whether_files_differ(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "code.py").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    commit = git(tmp_path, "rev-parse", "--short=12", "HEAD")
    assert commit_of(tmp_path) == commit
    (tmp_path / "code.py").write_text("2")
    assert commit_of(tmp_path) == f"{commit}+"


def test_where_there_is_no_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert commit_of(Path()) == ""
    assert program().startswith("mtl-pipeline")


def test_rows_and_labels_are_counted_on_each_side(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    about = about_study(study.spec, study.frame, study.prepared)
    assert sum(about.rows.values()) == study.frame.rows
    table = study.frame.table
    assert {task: sum(counts.values()) for task, counts in about.labels.items()} == {
        task: int(table[study.spec.label(task)].notna().sum()) for task in study.spec.tasks
    }
    assert (about.digest, about.place) == (study.frame.digest, str(tmp_path / "health.parquet"))
