"""Real servers on loopback for tests: PostgreSQL from the machine's own packages, and MLflow before it."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.flows.waiting import until
from tests.mtl.registry.processes import free_port, started

USER = "postgres"
QUICK = "fsync=off"
"""A test's database need not survive a loss of power."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database, in a cluster of its own that ends with the block."""
    programs, owner = _programs(), _owner()
    initdb: list[str | Path]
    server: list[str | Path]
    folder = Path(tempfile.mkdtemp(prefix="mtl-postgres-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        data, port = folder / "data", free_port()
        initdb = [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, user=owner, cwd=folder)
        server = [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
        options = f"-c {QUICK} -c listen_addresses=127.0.0.1 -p {port} -k {folder}"
        subprocess.run([*server, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, user=owner, cwd=folder)
        try:
            yield f"postgresql+psycopg2://{USER}@127.0.0.1:{port}/postgres"
        finally:
            stop = [*server, "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, user=owner, cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mlflow_server(store: str, folder: Path, settings: Mapping[str, str] = os.environ, *options: str) -> Iterator[str]:
    """The address of an MLflow server over a database, with its artifacts in `folder`."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = ["mlflow", "server", "--backend-store-uri", store, "--default-artifact-root", str(folder / "artifacts")]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", *options]
    with started(command, "startup complete", folder, settings):
        until(lambda: _is_well(address), "the server's first answer")
        yield address


def _is_well(address: str) -> bool:
    """The server says that its startup is complete a moment before its port is open."""
    with suppress(httpx.TransportError):
        return httpx.get(f"{address}/health", trust_env=False).is_success
    return False


def _programs() -> Path:
    """Where PostgreSQL's own programs are: Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    assert found, f"{sys.argv[0]}: this test needs PostgreSQL's initdb and pg_ctl: apt-get install postgresql"
    return found[0]


def _owner() -> str | None:
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return None
    pwd.getpwnam(USER)
    return USER
