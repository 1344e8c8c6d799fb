"""A folder and a bucket, each a store."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from s3fs import S3FileSystem

from mtl.object_store.objects import Objects
from mtl.object_store.open_objects import open_objects
from tests.s3_server import BUCKET, s3_server


@pytest.fixture(scope="session")
def s3_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with s3_server(tmp_path_factory.mktemp("s3")) as keys:
        yield keys


@pytest.fixture
def bucket(s3_keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Objects:
    for name, value in s3_keys.items():
        monkeypatch.setenv(name, value)
    # Connections outlive what the variables said when they were made.
    S3FileSystem.clear_instance_cache()
    return open_objects(f"s3://{BUCKET}/{uuid4().hex}")


@pytest.fixture
def folder(tmp_path: Path) -> Objects:
    return open_objects((tmp_path / "store").as_uri())


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest) -> Objects:
    found: Objects = request.getfixturevalue(request.param)
    return found
