"""Servers on loopback: MLflow's and Prefect's pages, and the Prefect server that a schedule needs."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from rich.console import Console

from flows.settings import Settings, configure_prefect, read_settings
from mtl.errors import MtlError
from mtl.report.plain_text import print_plain
from mtl.shown import reason_of

_LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
"""From Linux's prctl.h."""

LOOPBACK = "127.0.0.1"
ANSWER_SECONDS = 10.0
"""Seconds that a server is given that should run already."""

START_SECONDS = 120.0
"""Seconds that a server is given to answer."""

WITHOUT_PAGES = ("--no-ui", "--no-scheduler", "--no-late-runs")
"""Options of a Prefect server for the time of one flow. Not `--no-services`: a service records the states of steps."""

GRACE = 5.0
"""Seconds that a server is given to end."""

API_URL_FILE = "prefect-api-url"


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
            print_plain(console, f"MLflow:  {settings.tracking_uri}")
        else:
            mlflow = mlflow_server(settings, mlflow_port)
            servers.enter_context(serving(mlflow, settings.home))
            print_plain(console, f"MLflow:  {mlflow.address}")
        print_plain(console, f"Prefect: {servers.enter_context(prefect_api(settings, prefect_port))}")
        console.print("Ctrl-C stops them.", style="dim")
        wait_for_signal()


def mlflow_server(settings: Settings, port: int) -> Server:
    """MLflow's pages over the local store."""
    port = free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", LOOPBACK, "--port", str(port)]
    command += ["--default-artifact-root", str(settings.home / "artifacts")]
    environment = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # Not among the arguments, which every user of the machine can read: it may hold a password.
        "MLFLOW_BACKEND_STORE_URI": settings.tracking_uri,
    }
    return Server("MLflow", command, address, f"{address}/health", environment)


def prefect_server(settings: Settings, port: int, *options: str) -> Server:
    """Prefect's API, and its pages unless the options say otherwise, over the files in `home`."""
    port = free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port), *options]
    return Server("Prefect", command, address, f"{address}/api/health", {"PREFECT_UI_API_URL": f"{address}/api"})


@contextmanager
def prefect_api(settings: Settings, port: int) -> Iterator[str]:
    """The address of Prefect's pages for the block: a server that runs already, or one started here.

    While ours runs, every command that shares its home uses it: two servers on one SQLite file lock each other out.
    """
    known = running_prefect(settings).prefect_api_url
    if known:
        yield known.removesuffix("/api")
        return
    server, note = prefect_server(settings, port), settings.home / API_URL_FILE
    with serving(server, settings.home):
        note.write_text(f"{server.address}/api", encoding="utf-8")
        try:
            yield server.address
        finally:
            note.unlink(missing_ok=True)


def running_prefect(settings: Settings) -> Settings:
    """The settings with the address of a Prefect server that `mtl ui` or `mtl schedule` left running, if one is."""
    note = settings.home / API_URL_FILE
    if settings.prefect_api_url is None and note.exists():
        api = note.read_text(encoding="utf-8")
        with suppress(httpx.HTTPError):
            if httpx.get(f"{api}/health", timeout=2.0, trust_env=False).is_success:
                return replace(settings, prefect_api_url=api)
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
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # the child does nothing but one system call
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


def _end_with_parent() -> None:
    """Let the kernel send SIGTERM when the parent dies, however it dies: a server left over would hold the database."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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
            if httpx.get(server.health, timeout=2.0, trust_env=False).is_success:
                return
        try:
            status = process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        raise MtlError(f"the {server.name} server ended with status {status}; its last words are in {log}")
    raise MtlError(
        f"the {server.name} server did not answer at {server.health} within {START_SECONDS:.0f} s; see {log}"
    )
