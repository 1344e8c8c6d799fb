"""What a request for one row costs: ours, MLflow's own server, and an app that does nothing else (the ceiling).

One champion of 30 numbers to 6 tasks through two layers of 128, in one registry; each server is one process. They are
asked in turns, so that what else the machine does meets all, and medians over the rounds are printed, with ratios.

    python -m tests.mtl.serving.bench_serving [--rounds 5] [--seconds 4]     make bench-serving SERVING="--rounds 1 …"
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_server
from statistics import median

import numpy as np

from mtl import registry
from mtl.registry import DataRecord, Registry, StudyRecord
from tests.mtl.serving import wide
from tests.mtl.serving.load import Load, load, tool

CONNECTIONS = (1, 16)
NAME = "bench"
DEADLINE = 120.0
OURS, MLFLOW, CEILING = "mtl serve", "mlflow models serve", "bare app"

Loads = Mapping[str, list[Load]]


def registered(folder: Path) -> Registry:
    """A registry of its own with a champion."""
    store = Registry.in_folder(folder)
    study = registry.start_study(
        store, StudyRecord(NAME, "first", DataRecord(NAME, "ab" * 32, "rows.csv", 500, ("x0",)))
    )
    version = registry.register(store, NAME, wide.bundle(folder / "bundle"), study, {"decision": "promote"})
    registry.promote(store, version, registry.read_champion(store, NAME), str)
    return store


def commands(ports: Mapping[str, int]) -> dict[str, list[str]]:
    """What starts each server."""
    python = [sys.executable, "-m"]
    fast = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    scoring = ["models", "serve", "-m", f"models:/{NAME}@champion", "--env-manager", "local", "--workers", "1"]
    return {
        OURS: [*python, "flows", "serve", NAME, "--port", str(ports[OURS])],
        MLFLOW: [*python, "mlflow", *scoring, "--port", str(ports[MLFLOW])],
        CEILING: [*python, "uvicorn", "tests.mtl.serving.bare_app:app", *fast, "--port", str(ports[CEILING])],
    }


@contextmanager
def started(command: list[str], folder: Path, port: int, body: bytes) -> Iterator[float]:
    """A server, once it has answered; the seconds until then."""
    here = {"MTL_HOME": str(folder), "MLFLOW_TRACKING_URI": Registry.in_folder(folder).tracking_uri}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # MLflow calls uvicorn by its name
    environment = {**os.environ, **here, "PATH": path}
    clock, log = time.monotonic(), folder / f"{port}.log"
    with ExitStack() as stack:
        out = stack.enter_context(log.open("wb"))
        begun = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
        process = stack.enter_context(begun)
        stack.callback(os.killpg, process.pid, signal.SIGTERM)  # MLflow's server is a child of its command
        while answered(port, body) is None:
            if process.poll() is not None or time.monotonic() - clock > DEADLINE:
                raise RuntimeError(f"{' '.join(command)} does not answer: {log.read_text(encoding='utf-8')}")
            time.sleep(0.05)
        yield time.monotonic() - clock


def answered(port: int, body: bytes) -> bytes | None:
    """A server's answer; None while there is none."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            content: bytes = answer.read()
            return content
    except OSError:
        return None


def require_same(first: bytes | None, second: bytes | None) -> None:
    """Both servers give the same numbers."""
    ours, theirs = (list(json.loads(each or b"{}")["predictions"][0].values()) for each in (first, second))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def measured(folder: Path, rounds: int, seconds: int) -> Iterator[str]:
    """The lines of the table."""
    registered(folder)
    row = wide.rows(1, seed=3).fillna(0.0).round(4).to_dict("split")
    body = json.dumps({"dataframe_split": {"columns": row["columns"], "data": row["data"]}}).encode()
    ports = {name: free_port() for name in (OURS, MLFLOW, CEILING)}
    with ExitStack() as stack:
        for name, command in commands(ports).items():
            took = stack.enter_context(started(command, folder, ports[name], body))
            yield f"{name}: {took:.1f} s from its start to its first answer"
        require_same(answered(ports[OURS], body), answered(ports[MLFLOW], body))
        for connections in CONNECTIONS:
            loads: dict[str, list[Load]] = {name: [] for name in ports}
            for name in [name for _ in range(rounds) for name in ports]:
                loads[name].append(load(ports[name], body, connections, seconds))
            yield from table(connections, loads)


def table(connections: int, loads: Loads) -> Iterator[str]:
    """One number of connections: medians, and ratios of rates in the same round."""
    yield f"\n{connections} connection{'s' if connections > 1 else ''}, {tool()}"
    yield f"{'':22}{'requests/s':>12}{'p50, ms':>10}{'× MLflow':>10}{'of ceiling':>12}"
    for name, each in loads.items():
        rate, latency = median(one.rate for one in each), median(one.latency for one in each)
        to_mlflow, to_ceiling = ratio(each, loads[MLFLOW]), ratio(each, loads[CEILING])
        yield f"{name:22}{rate:12.0f}{latency:10.3f}{to_mlflow:10.1f}{to_ceiling:12.2f}"


def ratio(ours: list[Load], theirs: list[Load]) -> float:
    """The median over the rounds of how many times the other's rate."""
    return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in measured(Path(folder), asked.rounds, asked.seconds):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
