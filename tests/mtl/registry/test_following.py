"""A server that follows the champion, under requests while the champion changes."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from mtl import registry
from mtl.registry import Registry
from mtl.serving.app import create_app
from mtl.serving.bundle import load_bundle
from mtl.serving.bundle_check import difference
from mtl.serving.reload import Follower
from mtl.serving.server import running
from tests.mtl.serving import bundles

pytestmark = pytest.mark.filterwarnings("ignore:Operation with range is deprecated:DeprecationWarning")

DEADLINE = 60.0
TAGS = {"decision": "promote"}


@dataclass
class Clients:
    """Threads that ask without a pause, and what they were answered."""

    url: str
    body: dict[str, Any]
    stop: threading.Event = field(default_factory=threading.Event)
    answered: threading.Condition = field(default_factory=threading.Condition)
    failures: list[str] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)

    def ask(self) -> None:
        with httpx.Client(trust_env=False, timeout=DEADLINE) as client:
            while not self.stop.is_set():
                try:
                    self.note(client.post(f"{self.url}/invocations", json=self.body))
                except httpx.HTTPError as failure:
                    self.failures.append(repr(failure))

    def note(self, answer: httpx.Response) -> None:
        with self.answered:
            if answer.status_code == httpx.codes.OK:
                self.answers.setdefault(answer.headers["X-Model-Version"], []).append(answer.json()["predictions"])
            else:
                self.failures.append(answer.text)
            self.answered.notify_all()

    def wait_for(self, version: str, count: int = 20) -> None:
        with self.answered:
            assert self.answered.wait_for(lambda: len(self.answers.get(version, [])) >= count, DEADLINE), self.failures


def test_no_request_fails_while_the_champion_changes_and_each_version_answers_for_itself(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    versions = [registry.register(store, "reviews", folder, study, TAGS) for folder in folders]

    def promote(position: int) -> None:
        champion = registry.read_champion(store, "reviews")
        registry.promote(store, versions[position], champion, str)

    promote(0)
    rows = bundles.rows().dropna()
    source = registry.RegistryChampionSource(store, "reviews", tmp_path / "cache")
    with Follower(source, interval=0.02) as follower, running(create_app("reviews", follower)) as port:
        clients = Clients(f"http://127.0.0.1:{port}", {"dataframe_records": rows.to_dict("records")})
        threads = [threading.Thread(target=clients.ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            clients.wait_for("1")
            promote(1)
            clients.wait_for("2")
            promote(2)
            clients.wait_for("3")
            registry.rollback(store, "reviews", registry.read_champion(store, "reviews"))
            clients.wait_for("2", len(clients.answers["2"]) + 20)
        finally:
            clients.stop.set()
            for thread in threads:
                thread.join()
    assert clients.failures == []
    for version, folder in zip("123", folders, strict=True):
        expected = load_bundle(folder).predict(rows).reset_index(drop=True)
        for answer in clients.answers[version]:
            assert difference(pd.DataFrame(answer), expected) is None
