"""The pages: their addresses are told without passwords, and no process is told one where everyone can read it."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from flows import servers
from flows.settings import Settings
from mtl.errors import MtlError
from tests.flows.clinics import start_mtl
from tests.flows.waiting import until

SECRET = "postgresql://me:secret@host/db"


def test_the_address_of_a_store_reaches_its_server_by_the_environment_alone(tmp_path: Path) -> None:
    server = servers.mlflow_server(Settings(tmp_path, SECRET, 1, None), 0)
    assert not [argument for argument in server.command if "secret" in argument or "host/db" in argument]
    assert server.environment["MLFLOW_BACKEND_STORE_URI"] == SECRET


def test_the_address_of_a_server_is_shown_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def known(*_: object) -> Iterator[str]:
        yield "http://me:secret@prefect:4200"

    monkeypatch.setenv("MTL_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@mlflow:5000")
    monkeypatch.setattr(servers, "prefect_api", known)
    monkeypatch.setattr(servers, "wait_for_signal", lambda: None)
    out = StringIO()
    servers.show_pages(0, 0, Console(file=out, width=200))
    assert "MLflow:  http://me:***@mlflow:5000\nPrefect: http://me:***@prefect:4200\n" in out.getvalue()


def test_a_prefect_server_that_does_not_answer_is_told_before_anything_is_done() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(MtlError, match=r"^no Prefect server answers at PREFECT_API_URL=http://127.0.0.1:\d+/api: "):
            servers.require_prefect(f"http://127.0.0.1:{closed.getsockname()[1]}/api")


@pytest.mark.faults
def test_the_pages_are_served_and_no_argument_of_a_process_names_the_store(tmp_path: Path) -> None:
    process = start_mtl(tmp_path / "home", "ui", "--mlflow-port", "0", "--prefect-port", "0")
    try:
        assert process.stdout is not None
        [address] = re.findall(r"http://127.0.0.1:\d+", process.stdout.readline())
        until(lambda: httpx.get(f"{address}/health", trust_env=False).is_success, "MLflow's pages")
        commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _readable(path)]
        assert not [command for command in commands if str(tmp_path / "home" / "mlflow.db").encode() in command]
        assert (tmp_path / "home" / "mlflow.db").exists()
    finally:
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate()
    assert "Traceback" not in err


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False
