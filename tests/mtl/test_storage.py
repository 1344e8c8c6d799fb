"""A stored folder or file is whole or absent, whoever fails and whoever else writes."""

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl import storage
from mtl.errors import SpecError
from mtl.storage import (
    is_file,
    partial_file,
    read_json,
    replaced_folder,
    resolved,
    whole_folder,
    write_json,
)
from tests.mtl.evaluation.cases import lightly

WRITERS = 8
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


def at_once(write: Callable[[int], None]) -> None:
    """`write(n)` in several threads that all wait for each other first."""
    barrier = Barrier(WRITERS)

    def writer(number: int) -> None:
        barrier.wait()
        write(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writer, range(WRITERS)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_is_not_there_until_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "far" / "away"
    with whole_folder(target) as partial:
        (partial / "one").write_text("1", encoding="utf-8")
        assert not target.exists()
    assert names(target) == ["one"]
    assert names(target.parent) == ["away"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_folder(tmp_path / "target") as partial:
            (partial / "one").write_text("1", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(tmp_path) == []


def test_the_first_of_two_writers_stays(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with whole_folder(target) as late:
        (late / "late").touch()
        with whole_folder(target) as early:
            (early / "early").touch()
    assert names(target) == ["early"]
    assert names(tmp_path) == ["target"]


def test_of_writers_that_race_one_wins_whole_and_none_fails(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with whole_folder(tmp_path / "target") as partial:
            for part in ("one", "two"):
                (partial / part).write_text(str(number), encoding="utf-8")

    at_once(write)
    assert names(tmp_path) == ["target"]
    assert len({(tmp_path / "target" / part).read_text(encoding="utf-8") for part in ("one", "two")}) == 1


def test_a_file_in_the_way_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("mine", encoding="utf-8")
    with pytest.raises(OSError, match="target"), whole_folder(tmp_path / "target"):
        pass
    assert names(tmp_path) == ["target"]
    assert (tmp_path / "target").read_text(encoding="utf-8") == "mine"


def test_a_folder_is_as_open_to_others_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with whole_folder(tmp_path / "whole"):
        pass
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_partial_file_that_is_not_renamed_is_removed(tmp_path: Path) -> None:
    with partial_file(tmp_path / "target") as partial:
        partial.touch()
        assert partial.parent == tmp_path
    assert names(tmp_path) == []


@lightly
@given(PLAIN)
def test_plain_values_survive_json(tmp_path_factory: pytest.TempPathFactory, plain: object) -> None:
    path = tmp_path_factory.mktemp("json") / "plain.json"
    write_json(path, plain)
    assert read_json(path) == plain


def test_json_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    write_json(tmp_path / "plain.json", {"old": 1})
    with pytest.raises(TypeError):
        write_json(tmp_path / "plain.json", {"new": object()})
    assert read_json(tmp_path / "plain.json") == {"old": 1}
    assert names(tmp_path) == ["plain.json"]


def test_json_that_many_write_at_once_is_one_of_theirs(tmp_path: Path) -> None:
    at_once(lambda number: write_json(tmp_path / "plain.json", [number] * 1000))
    written = read_json(tmp_path / "plain.json")
    assert written == [written[0]] * 1000
    assert names(tmp_path) == ["plain.json"]


def write_number(target: Path, number: int) -> None:
    with replaced_folder(target) as partial:
        for part in ("one", "two"):
            (partial / part).write_text(str(number), encoding="utf-8")


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "far" / "report"
    for number in (1, 2):
        write_number(target, number)
        assert {path.read_text(encoding="utf-8") for path in target.iterdir()} == {str(number)}
    assert names(target.parent) == ["report"]


def test_a_folder_stays_when_its_replacement_fails(tmp_path: Path) -> None:
    target = tmp_path / "report"
    write_number(target, 1)

    def fail() -> None:
        with replaced_folder(target) as partial:
            (partial / "three").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(target) == ["one", "two"]
    assert names(tmp_path) == ["report"]


def test_a_reader_never_misses_a_folder_that_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "report"
    write_number(target, 0)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: list(map(partial(write_number, target), range(1, 200))))
        missed = 0
        while not writing.done():
            missed += not target.is_dir()
        writing.result()
    assert missed == 0


def test_a_folder_is_replaced_on_a_file_system_that_cannot_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report"
    write_number(target, 1)

    def refuse(one: Path, other: Path) -> None:
        raise OSError(errno.EINVAL, "Invalid argument", str(other))

    monkeypatch.setattr(storage, "_exchange", refuse)
    write_number(target, 2)
    assert {path.read_text(encoding="utf-8") for path in target.iterdir()} == {"2"}
    assert names(tmp_path) == ["report"]


@pytest.mark.parametrize("path", ["circle", "a" * 5000, "nul\0", "\ud800"])
def test_a_path_that_can_be_none_is_told_and_is_no_file(path: str, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(SpecError, match="is no path that can be used: "):
        resolved(tmp_path, path)
    assert not is_file(tmp_path / path)
