"""`mtl report`: which page is meant, and what is said where there is none."""

import os
from pathlib import Path

import pytest

from flows.show_report import report_of, show
from mtl.errors import UserError
from mtl.report.report_names import HTML
from tests.flows.clinics import mtl, stay


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    stay(monkeypatch, home)
    for age, name in enumerate(["clinics", "houses", "clinics-judged-houses%2F1"]):
        page = home / "reports" / name / HTML
        page.parent.mkdir(parents=True)
        page.write_text("<!doctype html>")
        os.utime(page, (1e9 - age, 1e9 - age))
    return home


def test_the_latest_page_is_meant_unless_a_study_is_named(home: Path) -> None:
    assert report_of(None) == home / "reports" / "clinics" / HTML
    for name in ("houses", "clinics-judged-houses%2F1"):
        assert report_of(name) == home / "reports" / name / HTML


@pytest.mark.parametrize("name", ["house", "../../etc", "", "a\x00b"])
def test_what_is_no_study_is_told_with_those_that_are(home: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"no report of .*there are: clinics, clinics-judged-houses%2F1, houses"):
        report_of(name)


def test_before_any_study_it_is_said_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stay(monkeypatch, tmp_path / "home")
    with pytest.raises(UserError, match="run a study first, mtl run SPEC"):
        report_of(None)
    with pytest.raises(UserError, match="no study has ended here"):
        report_of("clinics")


def test_a_page_is_opened_by_its_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def opened(address: str) -> bool:
        asked.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", opened)
    assert show(report_of(None))
    assert asked == [(home / "reports" / "clinics" / HTML).as_uri()]


@pytest.mark.slow
def test_the_command_prints_the_path_alone_for_other_programs(home: Path) -> None:
    done = mtl(home, "report", "houses", "--print")
    assert (done.status, done.out) == (0, f"{home / 'reports' / 'houses' / HTML}\n")
    assert mtl(home, "report", "huoses", "--print").err.count("did you mean 'houses'?") == 1
