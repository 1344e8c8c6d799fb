"""Files that are watched: what is new is found once it is written, and once."""

import threading
from pathlib import Path

import pytest

from flows import new_data
from flows.new_data import NewData, watch
from tests.flows.waiting import until


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n")
    return file


def watched(place: Path) -> NewData:
    return NewData(str(place), place.parent / "notes" / "study.json")


def test_what_was_never_retrained_on_is_new_once_it_stays_as_it_is(rows: Path) -> None:
    data = watched(rows)
    assert data.look() is None
    digest = data.look()
    assert digest is not None
    assert data.look() == digest


def test_what_was_retrained_on_is_not_new_also_for_another_process(rows: Path) -> None:
    data = watched(rows)
    data.look()
    data.keep(data.look() or "")
    assert data.look() is None
    again = watched(rows)
    assert [again.look(), again.look(), again.look()] == [None, None, None]


def test_a_file_that_grows_is_left_alone_until_it_stays(rows: Path) -> None:
    data = watched(rows)
    data.look()
    for number in range(3):
        rows.write_text("a\n" + "1\n" * (number + 2))
        assert data.look() is None
    assert data.look() is not None


def test_a_file_that_is_written_anew_with_what_it_held_is_not_new_and_read_once(
    rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = watched(rows)
    data.look()
    data.keep(data.look() or "")
    text = rows.read_text()
    rows.unlink()
    assert data.look() is None
    rows.write_text(text + " ")
    rows.write_text(text)
    assert [data.look(), data.look()] == [None, None]
    monkeypatch.setattr(new_data, "sha256_of", lambda file: pytest.fail(f"{file} was read again"))
    assert data.look() is None


def test_a_new_file_in_a_folder_or_of_a_pattern_is_new(rows: Path) -> None:
    for place in (rows.parent, rows.parent / "rows*.csv"):
        data = NewData(str(place), rows.parent.with_name("note.json"))
        data.look()
        data.keep(data.look() or "")
        (rows.parent / f"rows-{place.name.strip('*.')}.csv").write_text("a\n2\n")
        assert data.look() is None
        assert data.look() is not None


def test_what_is_not_there_is_nothing_new(tmp_path: Path) -> None:
    data = watched(tmp_path / "nosuch.csv")
    assert [data.look(), data.look()] == [None, None]


def test_a_study_that_could_not_begin_is_tried_again_and_one_that_began_is_not(
    rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_data, "LOOK_SECONDS", 0.0)
    over, asked = threading.Event(), [False, False, True]

    def retrain() -> bool:
        return asked.pop(0)

    data = watched(rows)
    looking = threading.Thread(target=watch, args=(data, retrain, over))
    looking.start()
    until(data.note.exists, "the note of the study that began")
    over.set()
    looking.join()
    assert asked == []
    assert watched(rows).look() is None
