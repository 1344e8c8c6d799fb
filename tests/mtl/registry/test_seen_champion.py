"""What is seen without MLflow's client is what the client says, or nothing."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import RegistryUnreachableError
from mtl.registry import Champion, NoChampion, Registry
from mtl.registry.connection import sqlite_file
from mtl.registry.seen_champion import seen_champion
from tests.mtl.registry.answering import answering
from tests.mtl.registry.processes import free_port

pytestmark = pytest.mark.filterwarnings("ignore:Operation with range is deprecated:DeprecationWarning")

NAME = "reviews & more"


def seen_as_the_client_says(store: Registry) -> Champion | NoChampion:
    seen, said = seen_champion(store, NAME), registry.read_champion(store, NAME)
    assert seen == said
    assert seen is not None
    if isinstance(seen, Champion) and isinstance(said, Champion):
        assert (dict(seen.model.tags), seen.model.run_id) == (dict(said.model.tags), said.model.run_id)
    return seen


def through_its_states(store: Registry) -> None:
    """From no model to a champion, another one, and to one that was deleted."""
    client = MlflowClient(store.tracking_uri)
    assert seen_as_the_client_says(store) == NoChampion(NAME)
    client.create_registered_model(NAME)
    for number in ("1", "2"):
        client.create_model_version(NAME, "s3://somewhere/model", tags={"decision": "promote", "number": number})
    assert seen_as_the_client_says(store) == NoChampion(NAME)
    for number in ("1", "2"):
        client.set_registered_model_alias(NAME, "champion", number)
        client.set_registered_model_alias(NAME, "anchor", "1")
        seen = seen_as_the_client_says(store)
        assert isinstance(seen, Champion)
        assert (seen.version, seen.model.tags["number"]) == (number, number)
    client.delete_model_version(NAME, "2")
    assert seen_as_the_client_says(store) == NoChampion(NAME)


def test_a_file_is_seen_as_the_client_sees_it(store: Registry) -> None:
    through_its_states(store)


@pytest.mark.slow
@pytest.mark.usefixtures("empty_store")
def test_a_server_is_seen_as_the_client_sees_it(server: Registry) -> None:
    through_its_states(server)


def test_nothing_is_claimed_of_a_file_that_is_not_there_nor_made_of_it(tmp_path: Path) -> None:
    assert seen_champion(Registry.in_folder(tmp_path), NAME) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        "alter table registered_model_aliases rename to others",
        "alter table model_versions rename column current_stage to stage",
        "delete from model_versions",
    ],
)
def test_nothing_is_claimed_of_tables_that_are_not_as_expected(store: Registry, change: str) -> None:
    client = MlflowClient(store.tracking_uri)
    client.create_registered_model(NAME)
    client.create_model_version(NAME, "s3://somewhere/model")
    client.set_registered_model_alias(NAME, "champion", "1")
    assert seen_champion(store, NAME) is not None
    with closing(sqlite3.connect(str(sqlite_file(store.tracking_uri)))) as database:
        database.execute(change)
        database.commit()
    assert seen_champion(store, NAME) is None


def test_nothing_is_claimed_of_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("no database, though longer than the header of one" * 5)
    assert seen_champion(Registry.in_folder(tmp_path), NAME) is None


def test_nothing_is_claimed_where_a_name_may_mean_another_group_s_model(
    store: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seen_champion(store, NAME) == NoChampion(NAME)
    monkeypatch.setenv("MLFLOW_WORKSPACE", "others")
    assert seen_champion(store, NAME) is None


def test_another_database_is_left_to_the_client() -> None:
    assert seen_champion(Registry("postgresql://nobody@127.0.0.1:1/mlflow"), NAME) is None


def test_a_server_that_does_not_answer_is_unreachable_and_not_empty() -> None:
    with pytest.raises(RegistryUnreachableError, match=r"GET /health: .*start the MLflow server"):
        seen_champion(Registry(f"http://127.0.0.1:{free_port()}"), NAME)


class Guarded(BaseHTTPRequestHandler):
    """A registry behind a password or a token, with one champion; some of its answers are none."""

    LET_IN = ("Basic " + base64.b64encode(b"ada:planted-password").decode(), "Bearer planted-token")

    def do_GET(self) -> None:
        if self.path == "/health":
            self.say(200, "OK")
        elif self.headers.get("Authorization") not in self.LET_IN:
            self.say(401, "who?")
        elif "broken" in self.path:
            self.say(200, "[1]")
        elif "registered-models/get" in self.path:
            self.say(200, json.dumps({"registered_model": {"aliases": [{"alias": "champion", "version": "7"}]}}))
        else:
            tags = [{"key": "decision", "value": "promote"}, {"key": "empty"}]
            self.say(200, json.dumps({"model_version": {"version": "7", "tags": tags}}))

    def say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is its own."""


@pytest.fixture
def guarded() -> Iterator[str]:
    with answering(Guarded) as place:
        yield place


def test_a_password_is_taken_from_the_address_or_from_mlflow_s_variables(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Registry(f"http://{guarded}")
    assert seen_champion(store, NAME) is None  # the client says what it asks for
    seen = seen_champion(Registry(f"http://ada:planted-password@{guarded}"), NAME)
    assert isinstance(seen, Champion)
    assert (seen.version, seen.model.tags) == ("7", {"decision": "promote", "empty": ""})
    with monkeypatch.context() as given:
        given.setenv("MLFLOW_TRACKING_TOKEN", "planted-token")
        assert seen_champion(store, NAME) == seen
        given.setenv("MLFLOW_TRACKING_USERNAME", "ada")
        given.setenv("MLFLOW_TRACKING_PASSWORD", "planted-wrong")
        assert seen_champion(store, NAME) is None


def test_nothing_is_claimed_of_an_answer_that_is_none(guarded: str) -> None:
    assert seen_champion(Registry(f"http://ada:planted-password@{guarded}"), "broken") is None
