"""Requests while champions change and the registry dies: each is answered, by the version that the answer names."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from mtl import registry
from mtl.registry import ModelVersion, Registry
from mtl.serving.bundle import load_bundle
from tests.flows.waiting import until
from tests.mtl.registry.processes import free_port
from tests.mtl.serving import wide
from tests.mtl.serving.served_champion import NAME, ServedChampion, counted, served, versions_in

pytestmark = pytest.mark.serving

REQUESTS = counted(100_000, 5_000)
MOVES = counted(20, 2)
KILLS = counted(2, 1)
CONNECTIONS = 8
AFTER = 2.0
"""Seconds within which the server has ended after its last answer."""

TABLE = wide.rows(1, seed=3).fillna(0.0).round(4)
ROW: dict[str, object] = {name: float(TABLE[name].iloc[0]) for name in wide.NAMES}
BODY = json.dumps({"dataframe_records": [ROW]}).encode()
HEADERS = {"Content-Type": "application/json"}


@dataclass
class RegistryServer:
    """MLflow's server over a file of SQLite: it can be killed, and started again where it was."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Of its API."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--backend-store-uri", f"sqlite:///{self.folder}/registry.db", "--workers", "1"]
        command += ["--default-artifact-root", str(self.folder / "artifacts")]
        settings = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        with (self.folder / "registry.log").open("ab") as out:
            self.process = subprocess.Popen(command, env=settings, stdout=out, stderr=out, start_new_session=True)
        until(self._answers, "the registry's first answer")

    def kill(self) -> None:
        """End it, and what it has started, in the middle of whatever they do."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.address}/health", trust_env=False).is_success
        return False


@contextmanager
def registry_server(folder: Path) -> Iterator[RegistryServer]:
    server = RegistryServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Asking:
    """Connections that ask until they are told to stop, and what was answered.

    Attributes:
        answers: by version and status.
        wrong: what should not be.
        last: on each connection the time of its last answer.
    """

    port: int
    expected: dict[str, list[float]]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    asked_last: threading.Barrier = field(default_factory=lambda: threading.Barrier(CONNECTIONS + 1))

    def run(self) -> None:
        """Ask; after `stop` once more, and read that answer when all have asked and the signal was sent."""
        counts: Counter[tuple[str, int]] = Counter()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            try:
                going = True
                while going:
                    going = not self.stop.is_set()
                    connection.request("POST", "/invocations", BODY, HEADERS)
                    if not going:
                        self.asked_last.wait(60)
                    self._read(connection, counts)
                    if len(self.wrong) > 10:
                        break
            except (OSError, threading.BrokenBarrierError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
        self.answers.update(counts)
        self.last.append(time.monotonic())

    def _read(self, connection: HTTPConnection, counts: Counter[tuple[str, int]]) -> None:
        answer = connection.getresponse()
        content, version = answer.read(), answer.headers.get("X-Model-Version", "")
        counts[version, answer.status] += 1
        if answer.status != 200:
            self.wrong.append(content.decode())
        elif list(json.loads(content)["predictions"][0].values()) != pytest.approx(self.expected[version], rel=1e-5):
            self.wrong.append(f"version {version} predicts {content.decode()}")


@contextmanager
def asking(server: ServedChampion, expected: dict[str, list[float]]) -> Iterator[tuple[Asking, list[threading.Thread]]]:
    asked = Asking(server.port, expected)
    threads = [threading.Thread(target=asked.run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    try:
        yield asked, threads
    finally:
        asked.stop.set()
        asked.asked_last.abort()
        for thread in threads:
            thread.join()


def move(store: Registry, versions: list[ModelVersion], number: int) -> str:
    """Promote the second version, or go back to the first; which is champion now."""
    champion = registry.read_champion(store, NAME)
    if number % 2:
        return registry.rollback(store, NAME, champion).version
    return registry.promote(store, versions[1], champion, str).version


def health(server: ServedChampion) -> dict[str, str]:
    told: dict[str, str] = httpx.get(f"{server.address}/health", trust_env=False, timeout=60).json()
    return told


def serves(server: ServedChampion, version: str) -> bool:
    return health(server)["version"] == version


def test_no_request_fails_while_champions_change_and_the_registry_dies(tmp_path: Path) -> None:
    bundles = [wide.bundle(tmp_path / f"bundle-{seed}", seed=seed) for seed in (1, 2)]
    with registry_server(tmp_path) as kept:
        store = Registry(kept.address)
        versions = versions_in(store, bundles)
        predictions = [load_bundle(bundle).predict(TABLE).iloc[0].tolist() for bundle in bundles]
        expected = {version.version: each for version, each in zip(versions, predictions, strict=True)}
        with served(store, tmp_path, ROW, "--poll", "0.2") as server, asking(server, expected) as (asked, threads):
            for number in range(MOVES):
                champion = move(store, versions, number)
                until(partial(serves, server, champion), "the move is followed")
                if number % (MOVES // KILLS) == 1:
                    kept.kill()
                    until(lambda: health(server)["status"] == "degraded", "the server sees that the registry is down")
                    assert serves(server, champion)
                    kept.start()
                    until(lambda: health(server)["status"] == "ok", "the server sees the registry again")
            until(lambda: _requests(server) >= REQUESTS, "all requests are answered")
            ended = _ended(server, asked, threads)
        assert asked.wrong == []
        assert {status for _, status in asked.answers} == {200}
        assert {version for version, _ in asked.answers} == {"1", "2"}
        assert asked.answers.total() >= REQUESTS
        assert ended - max(asked.last) < AFTER


def _requests(server: ServedChampion) -> int:
    told = httpx.get(f"{server.address}/metrics", trust_env=False, timeout=60).text
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("mtl_requests_total{"))


def _ended(server: ServedChampion, asked: Asking, threads: list[threading.Thread]) -> float:
    """Send SIGTERM while each connection waits for an answer; when the process had ended, which none outlives."""
    asked.stop.set()
    asked.asked_last.wait(60)
    server.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert server.process.wait(60) == 0, server.log.read_text(encoding="utf-8")
    ended = time.monotonic()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", server.port), timeout=5):
        pass
    return ended
