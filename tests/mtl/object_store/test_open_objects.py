"""The address of a store says where it is, and nothing secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from mtl.errors import UserError
from mtl.object_store.addresses import require_address
from mtl.object_store.open_objects import open_objects
from tests.mtl.registry.processes import ROOT


@pytest.mark.parametrize("address", ["s3://team", "s3://team/", "s3://team/runs/of-us", "file:///mnt/a%20b"])
def test_buckets_and_folders_are_stores(address: str) -> None:
    assert require_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "/mnt/store", "file://host/a", "https://h/a", "s3://", "s3://me:secret@team/a", "s3://a/b?c=d"]
)
def test_what_is_none_is_told_without_its_password(address: str) -> None:
    with pytest.raises(UserError, match="MTL_STORE: expected s3://bucket/prefix") as caught:
        require_address(address)
    assert "secret" not in str(caught.value)


def test_a_folder_is_the_one_that_is_named(tmp_path: Path) -> None:
    place = tmp_path / "a b"
    open_objects(place.as_uri()).create("one", b"1")
    assert (place / "one").read_bytes() == b"1"


def test_without_s3fs_the_extra_that_brings_it_is_named() -> None:
    code = "import sys; sys.modules['s3fs'] = None; from mtl.object_store.open_objects import open_objects as o; o('s3://team/b')"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert "UserError: MTL_STORE: s3fs is not installed; pip install 'mtl-pipeline[s3]' on each host" in done.stderr
