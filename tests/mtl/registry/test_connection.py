import base64
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from mtl import registry
from mtl.errors import RegistryUnreachableError, UserError
from mtl.registry import NoChampion, Registry
from mtl.registry.connection import sqlite_file
from tests.mtl.registry.answering import answering


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def test_an_empty_registry_has_no_champion(store: Registry) -> None:
    registry.probe(store)
    assert registry.read_champion(store, "reviews") == NoChampion("reviews")


def test_a_registry_that_does_not_answer_is_unreachable_and_not_empty(closed_port: int) -> None:
    uri = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(RegistryUnreachableError, match=rf"at {uri} \(GET /health: .*refused\); start the MLflow"):
        registry.read_champion(Registry(uri), "reviews")


def test_a_server_that_says_nothing_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtl.registry.health.ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(RegistryUnreachableError, match="timed out"):
            registry.probe(Registry(uri))


def test_a_server_that_is_not_mlflow_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=_refuse, args=(other,))
        thread.start()
        uri = f"http://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(RegistryUnreachableError, match=r"GET /health: HTTP 403.*--allowed-hosts"):
            registry.read_champion(Registry(uri), "reviews")
        thread.join()


def _refuse(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_a_file_that_is_no_database_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("not a database, though longer than the header of one" * 5)
    with pytest.raises(RegistryUnreachableError, match="file is not a database"):
        registry.read_champion(Registry.in_folder(tmp_path), "reviews")
    with pytest.raises(RegistryUnreachableError, match="connect"):
        registry.probe(Registry.in_folder(tmp_path / "mlflow.db"))


def test_a_store_with_another_schema_cannot_be_told_from_a_broken_one(store: Registry) -> None:
    import sqlite3

    with sqlite3.connect(str(sqlite_file(store.tracking_uri))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
    connection.close()
    with pytest.raises(RegistryUnreachableError, match="out-of-date database schema"):
        registry.read_champion(store, "reviews")


@pytest.mark.parametrize("uri", ["mlruns", "file:///data/mlruns", "databricks", "ftp://somewhere"])
def test_other_addresses_are_refused(uri: str) -> None:
    with pytest.raises(UserError, match=rf"'{uri}' cannot be used: expected http"):
        Registry(uri)


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    store = Registry("postgresql://me:secret@db/mlflow", "https://me:secret@host:1/path")
    assert store.shown == "postgresql://me:***@db/mlflow and https://me:***@host:1/path"
    assert Registry("http://a", "http://a").shown == "http://a"


def test_artifacts_lie_beside_an_sqlite_file_unless_told_otherwise(tmp_path: Path) -> None:
    assert Registry.in_folder(tmp_path).artifact_location("a") == f"{tmp_path.as_uri()}/artifacts/a"
    assert Registry("http://a").artifact_location("a") is None
    assert Registry("http://a", artifact_root="s3://b/c/").artifact_location("a") == "s3://b/c/a"
    assert (
        Registry("sqlite:///:memory:", artifact_root=str(tmp_path)).artifact_location("a") == f"{tmp_path.as_uri()}/a"
    )
    assert sqlite_file("sqlite:////a/b.db?timeout=3") == Path("/a/b.db")


def test_names_cost_nothing_until_they_are_used() -> None:
    program = (
        "import sys; from mtl import registry; assert registry.Registry and registry.Champion;"
        "assert not {'mlflow', 'sqlalchemy', 'torch', 'pandas'} & set(sys.modules)"
    )
    root = Path(registry.__file__).parent.parent.parent
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
    assert all(hasattr(registry, name) for name in registry.__all__)
    with pytest.raises(AttributeError, match="no attribute 'promotte'"):
        registry.promotte  # noqa: B018


class Guarded(BaseHTTPRequestHandler):
    """As MLflow's server with basic auth: everybody may ask for /health."""

    def do_GET(self) -> None:
        expected = "Basic " + base64.b64encode(b"ada:planted-password").decode()
        open_or_in = self.path == "/health" or self.headers.get("Authorization") == expected
        self.send_response(200 if open_or_in else 401)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is its own."""


@pytest.fixture
def guarded() -> Iterator[str]:
    with answering(Guarded) as place:
        yield place


@pytest.mark.parametrize("given", [{}, {"MLFLOW_TRACKING_USERNAME": "ada", "MLFLOW_TRACKING_PASSWORD": "wrong"}])
def test_a_server_that_does_not_let_us_in_is_unreachable_and_says_what_it_asks_for(
    guarded: str, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RegistryUnreachableError, match=r"HTTP 401.*MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASS"):
        registry.probe(Registry(f"http://{guarded}"))


def test_credentials_are_taken_from_the_environment_or_the_address(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.probe(Registry(f"http://ada:planted-password@{guarded}"))
    with pytest.raises(RegistryUnreachableError, match=r"at http://ada:\*\*\*@127") as refused:
        registry.probe(Registry(f"http://ada:planted-wrong@{guarded}"))
    assert "planted" not in str(refused.value)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ada")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "planted-password")
    registry.probe(Registry(f"http://{guarded}"))
