"""Fetching an archive: pip runs once, the hash decides, each failure is one line that says what to do."""

import hashlib
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from mtl.errors import DataError
from mtl.examples.fetch import Archive, fetch

pytestmark = pytest.mark.slow

FILE = "mtl_example_data-1.0-py3-none-any.whl"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """A package that pip finds in a folder, without any index."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / FILE, "w") as wheel:
        info = "mtl_example_data-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: mtl-example-data\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return Archive("mtl-example-data", "1.0", FILE, hashlib.sha256((shelf / FILE).read_bytes()).hexdigest())


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("pip was called")

    monkeypatch.setattr(subprocess, "run", refuse)


def message(archive: Archive, cache: Path) -> str:
    with pytest.raises(DataError) as caught:
        fetch(archive, cache)
    return str(caught.value)


def test_the_first_fetch_stores_the_archive_and_nothing_else(published: Archive, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    path = fetch(published, cache)
    assert path == cache / FILE
    assert hashlib.sha256(path.read_bytes()).hexdigest() == published.sha256
    assert list(cache.iterdir()) == [path]


@pytest.mark.usefixtures("no_pip")
def test_a_cached_archive_is_used_without_pip(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"data")
    archive = Archive("mtl-example-data", "1.0", FILE, hashlib.sha256(b"data").hexdigest())
    assert fetch(archive, tmp_path) == tmp_path / FILE


def test_a_corrupt_cached_archive_is_fetched_anew_and_told(
    published: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / FILE).write_bytes(b"half of it")
    assert hashlib.sha256(fetch(published, cache).read_bytes()).hexdigest() == published.sha256
    assert [str(cache / FILE) in message for message in caplog.messages] == [True]
    assert (cache / f"{FILE}.damaged-1").read_bytes() == b"half of it"


def test_another_file_than_the_pinned_one_is_refused(published: Archive, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    text = message(replace(published, sha256="0" * 64), cache)
    assert "mtl-example-data==1.0" in text
    assert "0" * 64 in text
    assert "check which index pip is configured with" in text
    assert "\n" not in text
    assert not list(cache.iterdir())


def test_the_corrupt_archive_stays_beside_when_no_other_can_be_had(published: Archive, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"half of it")
    message(replace(published, version="9.9"), tmp_path)
    assert (tmp_path / f"{FILE}.damaged-1").read_bytes() == b"half of it"


def test_a_package_that_pip_cannot_find_is_one_clear_line(published: Archive, tmp_path: Path) -> None:
    text = message(replace(published, package="mtl-no-such-data"), tmp_path / "cache")
    assert "No matching distribution found for mtl-no-such-data==1.0" in text
    assert "check the network" in text
    assert f"put {FILE} into {tmp_path / 'cache'}" in text
    assert "\n" not in text


@pytest.mark.usefixtures("published")
def test_a_source_distribution_is_not_run_before_its_hash_is_right(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    source = tmp_path / "shelf" / "mtl_example_source-1.0.zip"
    with zipfile.ZipFile(source, "w") as sdist:
        sdist.writestr("mtl_example_source-1.0/setup.py", f"open({str(ran)!r}, 'w').close()\n")
    archive = Archive("mtl-example-source", "1.0", source.name, "0" * 64)
    assert "gave another mtl-example-source==1.0" in message(archive, tmp_path / "cache")
    assert not ran.exists()


def test_a_pip_that_fails_without_a_word_is_still_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", ""))
    text = message(Archive("mtl-example-data", "1.0", FILE, "0" * 64), tmp_path)
    assert "pip cannot fetch mtl-example-data==1.0: pip gave no reason; check the network" in text


def test_a_cache_that_cannot_be_written_is_one_clear_line(published: Archive, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    text = message(published, blocked / "cache")
    assert f"cannot store {FILE}" in text
    assert "\n" not in text
