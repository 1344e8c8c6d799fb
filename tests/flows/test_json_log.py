"""Lines of JSON: whole, with what they are about, and nothing else on the stream."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import json_log
from flows.first_words import first_words
from flows.json_log import VARIABLE, begin, error_console, is_json, know
from flows.progress import say, showing_progress, stage
from mtl.errors import UserError
from tests.flows.clinics import mtl, write_clinics


@pytest.fixture(autouse=True)
def _as_json(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that just began, with JSON asked for."""
    monkeypatch.setenv(VARIABLE, "json")
    monkeypatch.setenv("MLFLOW_CONFIGURE_LOGGING", "false")
    monkeypatch.setattr(json_log, "_KNOWN", {})
    root = logging.getLogger()
    before = {
        logger: (logger.level, list(logger.handlers)) for logger in (root, *map(logging.getLogger, json_log.OURS))
    }
    yield
    for logger, (level, handlers) in before.items():
        logger.setLevel(level)
        logger.handlers[:] = handlers


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_what_is_logged_has_the_study_the_run_and_the_version_once_they_are_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin()
    begin()
    log = logging.getLogger("mtl.serving.reload")
    log.info("early")
    know(study="reviews", run="ab12")
    know(version=lambda: "7")
    log.warning("two\nlines of https://me:planted@host")
    first, second = told(capsys)
    assert (first["message"], first["level"], first["logger"]) == ("early", "info", "mtl.serving.reload")
    assert "study" not in first
    assert (second["study"], second["run"], second["version"]) == ("reviews", "ab12", "7")
    assert "planted" not in json.dumps(second)


def test_an_exception_is_within_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    begin()
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("flows").exception("a study failed")
    [line] = told(capsys)
    assert (line["message"], line["level"]) == ("a study failed", "error")
    assert "ValueError: broken" in line["exception"]


def test_others_are_heard_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    begin()
    logging.getLogger("another.library").info("migrating")
    logging.getLogger("another.library").warning("slow")
    assert [line["message"] for line in told(capsys)] == ["slow"]


def test_words_for_people_are_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    know(study="reviews")
    first_words("Study of reviews: getting ready …")
    with showing_progress(error_console()), stage("Fit", total=2) as fitting:
        fitting.advance("equal, seed 0")
        say("a long line, " * 40)
    lines = told(capsys)
    assert [line["message"][:13] for line in lines] == ["Study of revi", "Fit …", "equal, seed 0", "a long line, "]
    assert {line["study"] for line in lines} == {"reviews"}


def test_without_it_lines_are_for_people(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(VARIABLE)
    begin()
    first_words("getting ready")
    assert capsys.readouterr().err == "getting ready\n"
    assert not is_json()


def test_another_format_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "xml")
    with pytest.raises(UserError, match="MTL_LOG: expected json, or nothing; got 'xml'"):
        is_json()


def test_a_mistake_of_the_user_is_a_line_that_says_error(tmp_path: Path) -> None:
    done = mtl(tmp_path / "home", "run", tmp_path / "nosuch.yaml", MTL_LOG="json")
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert (done.status, lines[-1]["level"]) == (2, "error")
    assert lines[-1]["message"].startswith("SPEC: no file '")


@pytest.mark.slow
def test_a_study_tells_of_itself_in_json_alone(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    done = mtl(tmp_path / "home", "run", spec, "--json", MTL_LOG="json")
    assert done.status == 0, done.err
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert lines[-1]["study"] == "clinics"
    assert lines[-1]["run"] == done.outcome["run_id"]
    assert lines[-1]["version"] == "1"
    assert any(done.outcome["decision"]["sentence"] == line["message"] for line in lines)
