import threading
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from mtl.errors import MtlError
from mtl.serving.app import create_app
from mtl.serving.bundle import load_bundle
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving import bundles

DEADLINE = 30.0


@dataclass
class Source:
    """A source that a test can change; `looked` is set at each look."""

    version: str
    folder: Path
    failure: Exception | None = None
    looked: threading.Event = field(default_factory=threading.Event)

    def current(self) -> tuple[str, Path]:
        self.looked.set()
        if self.failure is not None:
            raise self.failure
        return self.version, self.folder


def test_a_new_version_replaces_the_old_one(folder: Path, tmp_path: Path) -> None:
    source = Source("1", folder)
    follower = Follower(source)
    first = follower.served
    follower.refresh()
    assert follower.served is first
    source.version, source.folder = "2", bundles.bundle(tmp_path / "second", seed=2)
    follower.refresh()
    assert follower.served.version == "2"
    assert follower.served.predictor.digest != first.predictor.digest


def test_a_source_that_fails_leaves_the_old_version_serving_and_is_logged_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source("1", folder)
    follower = Follower(source)
    source.failure = OSError("registry\nis down")
    with running(create_app("demo", follower)) as port, httpx.Client(trust_env=False) as client:
        follower.refresh()
        follower.refresh()
        health = client.get(f"http://127.0.0.1:{port}/health")
    assert (health.status_code, health.json()["version"]) == (200, "1")
    assert (health.json()["status"], health.json()["reload_error"]) == ("degraded", "registry is down")
    assert [record.getMessage() for record in caplog.records] == ["still serving version 1: registry is down"]
    source.failure = None
    follower.refresh()
    assert follower.failure is None


def test_a_version_that_cannot_be_loaded_is_not_served(folder: Path, tmp_path: Path) -> None:
    source = Source("1", folder)
    follower = Follower(source)
    source.version, source.folder = "2", tmp_path
    follower.refresh()
    assert follower.served.version == "1"
    assert "no readable model bundle" in str(follower.failure)


def test_without_a_first_version_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(MtlError, match="no readable model bundle"):
        Follower(FixedSource("1", tmp_path))


def test_the_thread_looks_by_itself_and_ends(folder: Path) -> None:
    source = Source("1", folder)
    with Follower(source, interval=0.01, load=load_bundle):
        source.looked.clear()
        assert source.looked.wait(DEADLINE)
    source.looked.clear()
    assert "champion" not in {thread.name for thread in threading.enumerate()}
    assert not source.looked.is_set()
