"""What is kept is used while it is as it was made: any other is set aside, told by name, and made anew."""

import logging
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl import manifest
from mtl.manifest import MANIFEST, changed_files, is_intact, is_intact_file, kept_folder, set_aside, sha256_of
from tests.mtl.evaluation.cases import lightly

FILES = {"one.npy": b"\x00\x01\x02", "side/two.json": b'{"a": 1}', "side/of_rows/three": b""}


def made(folder: Path) -> Path:
    with kept_folder(folder) as partial:
        for name, content in FILES.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(content)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_as_it_was_made_is_intact_and_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = made(tmp_path / "kept")
    assert is_intact(folder)
    assert not is_intact(tmp_path / "never made")
    assert names(tmp_path) == ["kept"]
    assert caplog.messages == []


def test_a_manifest_is_read_by_sha256sum(tmp_path: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", MANIFEST], cwd=made(tmp_path / "kept"), check=True)


@lightly
@given(st.data())
def test_any_byte_that_changes_in_any_file_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = made(tmp_path_factory.mktemp("home") / "kept")
    file = folder / data.draw(st.sampled_from([MANIFEST, *(name for name in FILES if FILES[name])]))
    content = bytearray(file.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    assert changed_files(folder)
    assert file.name == MANIFEST or changed_files(folder) == [file.relative_to(folder).as_posix()]
    assert not is_intact(folder)


@lightly
@given(st.data())
def test_any_file_that_is_cut_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = made(tmp_path_factory.mktemp("home") / "kept")
    file = folder / data.draw(st.sampled_from([MANIFEST, *(name for name in FILES if FILES[name])]))
    content = file.read_bytes()
    file.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    assert not is_intact(folder)


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_file_that_is_lost_is_found_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str) -> None:
    folder = made(tmp_path / "kept")
    (folder / name).unlink()
    assert not is_intact(folder)
    assert caplog.messages == [f"{folder / name} is not as it was stored: set aside as kept.damaged-1, and made anew"]


def test_a_file_that_was_added_is_found(tmp_path: Path) -> None:
    folder = made(tmp_path / "kept")
    (folder / "side" / "four").touch()
    assert changed_files(folder) == ["side/four"]


def test_each_damaged_folder_stays_beside_the_one_that_is_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for damaged in (b"first", b"second"):
        for name in ("one.npy", "side/two.json"):
            (made(tmp_path / "kept") / name).write_bytes(damaged)
        assert not is_intact(tmp_path / "kept")
    assert is_intact(made(tmp_path / "kept"))
    assert names(tmp_path) == ["kept", "kept.damaged-1", "kept.damaged-2"]
    assert (tmp_path / "kept.damaged-2" / "one.npy").read_bytes() == b"second"
    assert all("one.npy" in message and "(and 1 more)" in message for message in caplog.messages)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


def test_a_folder_is_hashed_once_in_a_process_unless_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, hashed = made(tmp_path / "kept"), list[Path]()

    def count(file: Path) -> str:
        hashed.append(file)
        return sha256_of(file)

    monkeypatch.setattr(manifest, "sha256_of", count)
    assert [is_intact(folder), is_intact(folder)] == [True, True]
    assert len(hashed) == len(FILES) + 1
    (folder / "one.npy").write_bytes(b"damaged")
    assert not is_intact(folder)


def test_a_file_is_known_by_its_sha256(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "archive.tar.gz"
    file.write_bytes(b"whole")
    known = sha256_of(file)
    assert is_intact_file(file, known)
    file.write_bytes(b"who")
    assert not is_intact_file(file, known)
    assert not is_intact_file(file, known), "there is none any more"
    assert names(tmp_path) == ["archive.tar.gz.damaged-1"]
    assert caplog.messages == [f"{file} is not as it was stored: set aside as {file.name}.damaged-1, and made anew"]


def test_what_another_process_has_set_aside_is_not_told_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    set_aside(tmp_path / "gone")
    assert caplog.messages == []
