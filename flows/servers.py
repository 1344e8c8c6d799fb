"""Servers on loopback: MLflow's and Prefect's pages, and the Prefect server that a schedule needs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import httpx
from filelock import FileLock
from rich.console import Console

from flows.lifetime import end_with
from flows.own_pages import LOOPBACK, own_origins
from flows.settings import Settings, configure_prefect, read_settings
from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.process_identity import is_gone, this_process
from mtl.report.plain_text import print_plain
from mtl.shown import reason_of, without_passwords
from mtl.storage import read_json, write_json

ANSWER_SECONDS = 10.0
"""Seconds that a server is given that should run already."""

START_SECONDS = 120.0
"""Seconds that a server is given to answer."""

NO_LATE_RUNS: Mapping[str, str] = {"PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false"}
"""Marking runs as late, Prefect would cancel what was missed before a killed run is found to be over."""

WITHOUT_PAGES: Mapping[str, str] = {
    **NO_LATE_RUNS,
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
}
"""Settings of a Prefect server for the time of one flow. Not without services: one records the states of steps."""

GRACE = 5.0
"""Seconds that a server is given to end."""

API_URL_FILE = "prefect-api-url"
"""Below `home`: where the Prefect server of `mtl ui` or `mtl schedule` is, and the process that started it."""


@dataclass(frozen=True)
class Server:
    """A server of this machine: its name, where its pages are, and where it says that it is well."""

    name: str
    command: Sequence[str]
    address: str
    health: str
    environment: Mapping[str, str]


def show_pages(mlflow_port: int, prefect_port: int, console: Console) -> None:
    """Run both servers until SIGINT or SIGTERM."""
    settings = read_settings()
    configure_prefect(settings)
    with ExitStack() as servers:
        if settings.tracking_uri.startswith("http"):
            address = without_passwords(settings.tracking_uri.rstrip("/"))
        else:
            mlflow = mlflow_server(settings, mlflow_port)
            servers.enter_context(serving(mlflow, settings.home))
            address = mlflow.address
        print_plain(console, f"MLflow:  {address}")
        _print_studies(settings, address, console)
        print_plain(console, f"Prefect: {servers.enter_context(prefect_api(settings, prefect_port))}")
        console.print("Ctrl-C stops them.", style="dim")
        wait_for_signal()


def _print_studies(settings: Settings, address: str, console: Console) -> None:
    """Where MLflow shows the last studies, if it answers: its first page is about language models."""
    with suppress(RegistryUnreachableError):
        for study in registry.recent_studies(registry.Registry(settings.tracking_uri)):
            for what, page in study.pages(address):
                print_plain(console, f"  {what}: {page}", soft_wrap=True)


def mlflow_server(settings: Settings, port: int) -> Server:
    """MLflow's pages over the local store, without its assistant."""
    port = free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    # -P: what this package is called there is read where it is installed, not in the current folder.
    command = [sys.executable, "-P", "-m", "mlflow", "server", "--app-name", "mtl"]
    command += ["--host", LOOPBACK, "--port", str(port), "--workers", "1"]  # for one person; four are its default
    command += ["--default-artifact-root", str(settings.home / "artifacts")]
    environment = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # Not among the arguments, which every user of the machine can read: it may hold a password.
        "MLFLOW_BACKEND_STORE_URI": settings.tracking_uri,
    }
    return Server("MLflow", command, address, f"{address}/health", environment)


def prefect_server(settings: Settings, port: int, more: Mapping[str, str] = MappingProxyType({})) -> Server:
    """Prefect's API, and its pages unless the settings in `more` say otherwise, over the files in `home`."""
    port = free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-P", "-m", "flows.prefect_server", str(port)]
    own = {"PREFECT_UI_API_URL": f"{address}/api", "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(own_origins(port))}
    return Server("Prefect", command, address, f"{address}/api/health", {**own, **more})


@contextmanager
def prefect_api(settings: Settings, port: int) -> Iterator[str]:
    """The address of Prefect's pages for the block: a server that runs already, or one started here.

    While ours runs, every command that shares its home uses it: two servers on one SQLite file lock each other out.
    Of commands that start at once one starts it, and the others wait until it answers.
    """
    with ExitStack() as ours:
        with FileLock(settings.home / "prefect-server.lock"):
            known = running_prefect(settings).prefect_api_url or ours.enter_context(_noted_server(settings, port))
        yield known.removesuffix("/api")


@contextmanager
def _noted_server(settings: Settings, port: int) -> Iterator[str]:
    server, note = prefect_server(settings, port, NO_LATE_RUNS), settings.home / API_URL_FILE
    api = f"{server.address}/api"
    with serving(server, settings.home):
        write_json(note, {"api": api, "process": this_process()})
        try:
            yield api
        finally:
            note.unlink(missing_ok=True)


def running_prefect(settings: Settings) -> Settings:
    """The settings with the address of a Prefect server that `mtl ui` or `mtl schedule` left running, if one is."""
    if settings.prefect_api_url is None:
        with suppress(FileNotFoundError, httpx.HTTPError):
            note = read_json(settings.home / API_URL_FILE)
            # Another home's server may have taken the port of one that was killed.
            if not is_gone(note["process"]) and _is_well(f"{note['api']}/health"):
                return replace(settings, prefect_api_url=note["api"])
    return settings


def require_prefect(api: str) -> None:
    """Raise `MtlError` where nobody answers at an address: Prefect itself would say so in a hundred lines."""
    try:
        httpx.get(f"{api.rstrip('/')}/health", timeout=ANSWER_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = reason_of(error)
        raise MtlError(
            f"no Prefect server answers at PREFECT_API_URL={api}: {reason}; start it, or unset it"
        ) from error


@contextmanager
def serving(server: Server, home: Path) -> Iterator[None]:
    """Run a server for the block, which begins when it answers.

    Raises:
        MtlError: it ends, or does not answer in time.
    """
    with starting(server, home) as ready:
        ready()
        yield


@contextmanager
def starting(server: Server, home: Path) -> Iterator[Callable[[], None]]:
    """Run a server for the block, which begins at once and is given a function that waits until the server answers.

    What the server prints goes to a file in `home`.
    """
    log = home / f"{server.name.lower()}-server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            server.command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **server.environment},
            start_new_session=True,
            # A server left over would hold the database.
            preexec_fn=partial(end_with, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  # two system calls, no more
        )
    try:
        yield lambda: _await_health(server, process, log)
    finally:
        _stop(process)


def wait_for_signal() -> None:
    """Return on SIGINT or SIGTERM."""
    awaited = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    try:
        signal.sigwait(awaited)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens on it, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as candidate, suppress(OSError):
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind((LOOPBACK, port))
            return int(candidate.getsockname()[1])
    raise MtlError(f"no free port on {LOOPBACK}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await_health(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if _is_well(server.health):
                return
        try:
            status = process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        raise MtlError(f"the {server.name} server ended with status {status}; its last words are in {log}")
    raise MtlError(
        f"the {server.name} server did not answer at {server.health} within {START_SECONDS:.0f} s; see {log}"
    )


def _is_well(health: str) -> bool:
    return httpx.get(health, timeout=2.0, trust_env=False).is_success
