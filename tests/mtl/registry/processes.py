"""Programs that run beside a test, each in a process group of its own that ends with the test."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import mtl

ROOT = Path(str(mtl.__file__)).parent.parent
DEADLINE = 240.0


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def started(
    command: Sequence[str], until: str, folder: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m command` in `folder`, and go on once a line of its output contains `until`."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", **settings}
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = threading.Timer(DEADLINE, _end, [process, signal.SIGKILL])
        deadline.start()
        try:
            lines = _read_until(process, until)
            deadline.cancel()
            assert until in lines[-1], "".join(lines)
            assert process.stdout is not None
            rest = threading.Thread(target=process.stdout.read)  # a full pipe would stop the program
            rest.start()
            yield process
        finally:
            deadline.cancel()
            _end(process, signal.SIGKILL)
        rest.join()


def _read_until(process: subprocess.Popen[str], until: str) -> list[str]:
    assert process.stdout is not None
    lines = [""]
    for line in process.stdout:
        lines.append(line)
        if until in line:
            break
    return lines


def _end(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
