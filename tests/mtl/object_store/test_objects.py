"""A store keeps bytes whole, and what one writer created from every other; in a folder as in a bucket."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import final

import pytest
from s3fs import S3FileSystem
from typing_extensions import override

from mtl.errors import MtlError, UserError
from mtl.object_store.objects import Objects, require_one_writer
from mtl.object_store.open_objects import open_objects
from tests.mtl.registry.processes import free_port


def test_what_is_created_stays_and_what_is_replaced_does_not(objects: Objects) -> None:
    assert objects.read("a/b") is None
    assert not objects.has("a/b")
    assert objects.create("a/b", b"first")
    assert objects.has("a/b")
    assert not objects.create("a/b", b"second")
    assert objects.read("a/b") == b"first"
    objects.replace("a/b", b"third")
    assert objects.read("a/b") == b"third"


def test_a_writer_whose_answer_was_lost_may_ask_again(objects: Objects) -> None:
    assert objects.create("claim", b"mine")
    assert objects.create("claim", b"mine")


def test_of_many_writers_at_once_one_alone_creates(objects: Objects) -> None:
    contents = [b"%d" % number for number in range(16)]
    with ThreadPoolExecutor(16) as writers:
        created = list(writers.map(lambda content: objects.create("run", content), contents))
    assert sum(created) == 1
    assert objects.read("run") == contents[created.index(True)]


def test_files_go_there_and_back(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(content := bytes(range(256)) * 5000)
    objects.send("files/it", tmp_path / "sent")
    assert objects.fetch("files/it", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == content
    objects.remove("files/it")
    objects.remove("files/it")
    assert not objects.fetch("files/it", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_store_that_keeps_what_was_created_is_taken(objects: Objects) -> None:
    require_one_writer(objects)


@final
class Overwriting(Objects):
    """As a server that takes no notice of `If-None-Match`."""

    address = "s3://old/server"

    def __init__(self) -> None:
        self._content: dict[str, bytes] = {}

    @override
    def create(self, name: str, content: bytes) -> bool:
        self._content[name] = content
        return True

    @override
    def replace(self, name: str, content: bytes) -> None:
        self._content[name] = content

    @override
    def read(self, name: str) -> bytes | None:
        return self._content.get(name)

    @override
    def has(self, name: str) -> bool:
        return name in self._content

    @override
    def send(self, name: str, file: Path) -> None:
        self._content[name] = file.read_bytes()

    @override
    def fetch(self, name: str, file: Path) -> bool:
        file.write_bytes(self._content[name])
        return True

    @override
    def remove(self, name: str) -> None:
        self._content.pop(name, None)


def test_one_that_writes_over_it_is_refused() -> None:
    with pytest.raises(UserError, match=r"MTL_STORE: s3://old/server writes over what is there .*If-None-Match"):
        require_one_writer(Overwriting())


def test_a_bucket_that_is_not_there_is_told(bucket: Objects) -> None:
    with pytest.raises(MtlError, match=r"MTL_STORE: s3://nobody/here cannot be used: .*bucket does not exist"):
        require_one_writer(open_objects("s3://nobody/here"))


def test_a_server_that_is_not_there_is_told(bucket: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    S3FileSystem.clear_instance_cache()
    with pytest.raises(MtlError, match=r"MTL_STORE: s3://team/gone cannot be used: Could not connect"):
        open_objects("s3://team/gone").read("a")
