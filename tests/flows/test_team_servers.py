"""A team's own servers, which let nobody in without credentials."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mtl.study.store import Store
from tests.flows.clinics import Finished, mtl, write_clinics
from tests.mtl.registry.processes import free_port, started
from tests.servers import mlflow_server

pytestmark = pytest.mark.faults

USER, PASSWORD = "admin", "planted-password-1"
AUTH_STRING = "team:planted-password-2"


@dataclass(frozen=True)
class Team:
    """Where its servers are, and a study of it."""

    folder: Path
    mlflow: str
    prefect: str

    def run(self, home: str, *arguments: str, **environment: str) -> Finished:
        """A study with the environment that is given, and no other word on the servers than their addresses."""
        given = {"MLFLOW_TRACKING_URI": self.mlflow, "PREFECT_API_URL": self.prefect, **environment}
        return mtl(self.folder / home, "run", self.folder / "clinics.yaml", *arguments, own_prefect=False, **given)


LET_IN = {
    "MLFLOW_TRACKING_USERNAME": USER,
    "MLFLOW_TRACKING_PASSWORD": PASSWORD,
    "PREFECT_API_AUTH_STRING": AUTH_STRING,
}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    write_clinics(folder, schemes=["equal"], seeds=[0])
    guarded = {"MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD, "MLFLOW_FLASK_SERVER_SECRET_KEY": "planted"}
    with ExitStack() as servers:
        store = f"sqlite:///{folder / 'mlflow.db'}"
        mlflow = servers.enter_context(mlflow_server(store, folder, guarded, "--app-name", "basic-auth"))
        prefect = servers.enter_context(_prefect(folder))
        yield Team(folder, mlflow, prefect)


@contextmanager
def _prefect(folder: Path) -> Iterator[str]:
    """As a team starts it, and not as we do."""
    port = free_port()
    settings = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_API_AUTH_STRING": AUTH_STRING}
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_SERVER_LOGGING_LEVEL": "INFO"}
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    with started(command, "startup complete", folder, settings | quiet):
        yield f"http://127.0.0.1:{port}/api"


def test_a_study_is_let_in_and_promotes(team: Team) -> None:
    done = team.run("let-in", "--json", **LET_IN)
    assert done.status == 0, done.err
    assert done.outcome["decision"]["promote"] is True
    assert done.outcome["version"] == "1"
    with sqlite3.connect(team.folder / "prefect" / "prefect.db") as connection:
        assert connection.execute("select state_name from flow_run").fetchall() == [("Completed",)]
    _tells_no_password(done)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"MLFLOW_TRACKING_PASSWORD": "wrong"}, "MLFLOW_TRACKING_PASSWORD"),
        ({"MLFLOW_TRACKING_USERNAME": "", "MLFLOW_TRACKING_PASSWORD": ""}, "MLFLOW_TRACKING_PASSWORD"),
        ({"PREFECT_API_AUTH_STRING": "team:wrong"}, "PREFECT_API_AUTH_STRING"),
        ({"PREFECT_API_AUTH_STRING": ""}, "PREFECT_API_AUTH_STRING"),
    ],
)
def test_a_study_that_is_not_let_in_stops_before_training(team: Team, changes: dict[str, str], asked: str) -> None:
    done = team.run("kept-out", **{**LET_IN, **changes})
    assert done.status == 1
    begun, line = done.err.strip().splitlines()
    assert begun.endswith("getting ready …")
    assert asked in line
    assert not Store(team.folder / "kept-out").runs.exists()
    _tells_no_password(done)


def test_a_password_in_the_address_is_told_to_nobody(team: Team) -> None:
    with_password = team.mlflow.replace("//", f"//{USER}:{PASSWORD}@")
    read = mtl(team.folder / "read", "history", "clinics", MLFLOW_TRACKING_URI=with_password)
    assert read.status == 0, read.err
    refused = mtl(team.folder / "read", "history", "nosuch", MLFLOW_TRACKING_URI=with_password)
    assert refused.status == 1
    assert f"{USER}:***@" in refused.err
    _tells_no_password(read)
    _tells_no_password(refused)


def _tells_no_password(done: Finished) -> None:
    assert PASSWORD not in done.out + done.err
    assert AUTH_STRING.partition(":")[2] not in done.out + done.err
