"""A server that starts while the registry is down."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from mtl.errors import MtlError, RegistryUnreachableError
from mtl.serving.app import create_app
from mtl.serving.reload import Follower
from mtl.serving.remembered import RememberedSource
from mtl.serving.server import running
from tests.mtl.serving import bundles


@dataclass
class Registry:
    """What is to be served, and what it raises instead; `made`: how often a source of it was."""

    version: str
    folder: Path
    failure: MtlError | None = None
    made: int = 0

    def source(self) -> "Registry":
        self.made += 1
        if self.failure is not None:
            raise self.failure
        return self

    def current(self) -> tuple[str, Path]:
        if self.failure is not None:
            raise self.failure
        return self.version, self.folder


@pytest.fixture
def there(tmp_path: Path) -> Registry:
    return Registry("3", bundles.bundle(tmp_path / "bundle", seed=3))


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "notes" / "demo.json"


DOWN = RegistryUnreachableError("the registry\nis down")


def test_a_server_starts_with_the_last_version_known_and_says_so(there: Registry, note: Path) -> None:
    assert RememberedSource(there.source, note).current() == ("3", there.folder)
    there.failure = DOWN
    follower = Follower(RememberedSource(there.source, note))
    with running(create_app("demo", follower)) as port, httpx.Client(trust_env=False, timeout=30) as client:
        told = client.get(f"http://127.0.0.1:{port}/health").json()
        assert (told["version"], told["status"], told["reload_error"]) == ("3", "degraded", "the registry is down")
        follower.refresh()
        assert client.get(f"http://127.0.0.1:{port}/health").json()["status"] == "degraded"
        there.failure = None
        follower.refresh()
        assert client.get(f"http://127.0.0.1:{port}/health").json()["status"] == "ok"


def test_a_registry_that_was_never_reached_leaves_nothing_to_start_with(there: Registry, note: Path) -> None:
    there.failure = DOWN
    source = RememberedSource(there.source, note)
    for made in (1, 2):
        with pytest.raises(RegistryUnreachableError, match="is down"):
            source.current()
        assert there.made == made


def test_what_was_known_is_not_remembered_by_a_server_that_has_reached_the_registry(
    there: Registry, note: Path
) -> None:
    """It goes on with what it serves, and says why: that is its follower's business."""
    source = RememberedSource(there.source, note)
    source.current()
    there.failure = DOWN
    with pytest.raises(RegistryUnreachableError):
        source.current()
    assert there.made == 1


def test_the_newest_version_is_remembered(there: Registry, note: Path, tmp_path: Path) -> None:
    source = RememberedSource(there.source, note)
    source.current()
    there.version, there.folder = "4", bundles.bundle(tmp_path / "fourth", seed=4)
    source.current()
    there.failure = DOWN
    assert RememberedSource(there.source, note).current() == ("4", there.folder)


def test_that_there_is_no_champion_is_an_answer_of_the_registrys(there: Registry, note: Path) -> None:
    RememberedSource(there.source, note).current()
    there.failure = MtlError("demo has no champion yet")
    with pytest.raises(MtlError, match="no champion yet"):
        RememberedSource(there.source, note).current()


@pytest.mark.parametrize("spoilt", ["changed", "lost", "note"])
def test_files_that_are_not_what_they_were_are_not_served(there: Registry, note: Path, spoilt: str) -> None:
    RememberedSource(there.source, note).current()
    if spoilt == "changed":
        (there.folder / "bundle.json").write_text("{}", encoding="utf-8")
    elif spoilt == "lost":
        shutil.rmtree(there.folder)
    else:
        note.write_text('{"version": "3"', encoding="utf-8")
    there.failure = DOWN
    with pytest.raises(RegistryUnreachableError, match="is down"):
        RememberedSource(there.source, note).current()
