"""What is fetched is what was sent, or nothing."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from mtl.errors import MtlError
from mtl.manifest import MANIFEST, is_intact, kept_folder, sha256_of
from mtl.object_store.by_digest import fetch_file, fetch_folder, send_file, send_folder
from mtl.object_store.objects import Objects


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with a folder in it, and a file of some size."""
    with kept_folder(tmp_path / "made") as partial:
        (partial / "train").mkdir()
        (partial / "train" / "a.npy").write_bytes(b"array")
        (partial / "large").write_bytes(bytes((1 << 20) + 1))
    return tmp_path / "made"


def test_a_folder_is_the_same_elsewhere(objects: Objects, made: Path, tmp_path: Path) -> None:
    digest = send_folder(objects, made)
    there = tmp_path / "other" / "home"
    fetch_folder(objects, digest, there)
    assert is_intact(there)
    files = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert all((there / file).read_bytes() == (made / file).read_bytes() for file in files)


def test_what_is_there_is_neither_sent_nor_fetched_again(folder: Objects, made: Path, tmp_path: Path) -> None:
    digest = send_folder(folder, made)
    large = Path(folder.address) / "files" / sha256_of(made / "large")
    before = large.stat().st_ino
    assert send_folder(folder, made) == digest
    assert large.stat().st_ino == before
    fetch_folder(folder, digest, tmp_path / "here")
    shutil.rmtree(folder.address)
    fetch_folder(folder, digest, tmp_path / "here")
    assert is_intact(tmp_path / "here")


def test_a_file_that_is_damaged_in_the_store_is_named_and_nothing_is_left(
    objects: Objects, made: Path, tmp_path: Path
) -> None:
    digest = send_folder(objects, made)
    objects.replace(f"files/{sha256(b'array').hexdigest()}", b"arrax")
    with pytest.raises(MtlError, match=r"MTL_STORE: files/[0-9a-f]{64} in .* is not as it was sent; remove it there"):
        fetch_folder(objects, digest, tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_what_the_store_has_lost_is_named(objects: Objects, made: Path, tmp_path: Path) -> None:
    digest = send_folder(objects, made)
    objects.remove(f"files/{sha256(b'array').hexdigest()}")
    with pytest.raises(MtlError, match=r"does not have files/[0-9a-f]{64}; run the study again to send it"):
        fetch_folder(objects, digest, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/../../out"])
def test_a_manifest_that_names_files_elsewhere_is_refused(name: str, folder: Objects, tmp_path: Path) -> None:
    manifest = f"{sha256(b'').hexdigest()}  {name}\n".encode()
    digest = sha256(manifest).hexdigest()
    folder.replace(f"files/{digest}", manifest)
    folder.replace(f"files/{sha256(b'').hexdigest()}", b"")
    with pytest.raises(MtlError, match="is not as it was sent"):
        fetch_folder(folder, digest, tmp_path / "home" / "target")
    assert not (tmp_path / "home" / "target").exists()
    assert not (tmp_path / "home" / "out").exists()


def test_a_file_is_fetched_whole_and_one_that_was_damaged_here_is_fetched_anew(
    objects: Objects, tmp_path: Path
) -> None:
    (sent := tmp_path / "sent").write_bytes(b"rows")
    digest = sha256_of(sent)
    send_file(objects, sent, digest)
    target = tmp_path / "frames" / "rows"
    fetch_file(objects, digest, target)
    assert target.read_bytes() == b"rows"
    target.write_bytes(b"rots")
    fetch_file(objects, digest, target)
    assert target.read_bytes() == b"rows"
    assert target.with_name("rows.damaged-1").read_bytes() == b"rots"


def test_the_manifest_is_sent_last(folder: Objects, made: Path) -> None:
    (made / "large").unlink()
    with pytest.raises(FileNotFoundError):
        send_folder(folder, made)
    assert not folder.has(f"files/{sha256_of(made / MANIFEST)}")
