"""A frame is checked once; another frame, another spec or a lost report is checked anew."""

from pathlib import Path

import pytest

from data_checks import check, checked_before
from data_checks.check_report import CheckReport
from data_checks.checked_before import KEPT, check_once
from mtl.data.frame import Frame, write_frame
from mtl.spec import Spec
from tests.data_checks.visits import visits_spec, visits_table

pytestmark = pytest.mark.slow


class Checks:
    """Counts the checks that are really made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0

        def counted(*arguments: object) -> CheckReport:
            self.made += 1
            return check(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(checked_before, "check", counted)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    return Checks(monkeypatch)


def frame_of(folder: Path, rows: int) -> Frame:
    return write_frame(visits_table().head(rows), folder / "frames")


def test_the_same_frame_is_checked_once_and_the_report_is_the_same(checks: Checks, tmp_path: Path) -> None:
    spec, frame, docs = visits_spec(), frame_of(tmp_path, 150), tmp_path / "docs"
    first = check_once(spec, frame, docs)
    assert check_once(spec, frame, docs) == first
    assert checks.made == 1
    assert first.docs == docs / "index.html"
    assert first.docs.is_file()


def other_spec(spec: Spec) -> Spec:
    return spec.model_copy(update={"checks": spec.checks.model_copy(update={"min_rows": 2})})


def test_another_frame_or_another_spec_is_checked_anew(checks: Checks, tmp_path: Path) -> None:
    spec, docs = visits_spec(), tmp_path / "docs"
    check_once(spec, frame_of(tmp_path, 150), docs)
    check_once(spec, frame_of(tmp_path, 149), docs)
    check_once(other_spec(spec), frame_of(tmp_path, 149), docs)
    assert checks.made == 3


@pytest.mark.parametrize("content", ["", "{}", '{"key": 1, "report": 2}', "[]"])
def test_a_report_that_was_damaged_is_made_anew(checks: Checks, tmp_path: Path, content: str) -> None:
    spec, frame, docs = visits_spec(), frame_of(tmp_path, 150), tmp_path / "docs"
    first = check_once(spec, frame, docs)
    (docs / KEPT).write_text(content)
    assert check_once(spec, frame, docs) == first
    assert checks.made == 2


def test_a_report_that_was_made_to_pass_is_set_aside_and_the_data_are_checked(
    checks: Checks, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec, frame, docs = visits_spec(), frame_of(tmp_path, 150), tmp_path / "docs"
    first = check_once(spec, frame, docs)
    kept = docs / KEPT
    kept.write_text(kept.read_text().replace("false", "true").replace("150", "151"))
    assert check_once(spec, frame, docs) == first
    assert checks.made == 2
    assert [str(kept) in message for message in caplog.messages if "set aside" in message] == [True]
    assert (tmp_path / "docs.damaged-1" / KEPT).exists()
