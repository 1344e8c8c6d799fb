"""A Dask cluster for tests: a scheduler and workers, each a process that can be stopped and killed."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mtl.registry.processes import ROOT, free_port, started

LOST_AFTER = "6s"
"""How long a worker may say nothing before its runs go elsewhere; five minutes by default."""


@dataclass(frozen=True)
class Cluster:
    """Where its scheduler is, and the processes of its workers."""

    address: str
    workers: Sequence["subprocess.Popen[str]"]


@contextmanager
def dask_cluster(
    folder: Path,
    workers: int,
    threads: int = 1,
    more: Mapping[str, str] | None = None,
    homes: Sequence[Path] = (),
    lost_after: str = LOST_AFTER,
) -> Iterator[Cluster]:
    """So many workers that see what this process sees, or each with a home of its own.

    One that is killed is missed at once, however long `lost_after`. `more`: variables of scheduler and workers.
    """
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    settings = {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": lost_after, "OMP_NUM_THREADS": "1"}
    settings |= more or {}
    of_each = [{**settings, "MTL_HOME": str(home)} for home in homes] or [settings] * workers
    quiet = ("--no-dashboard",)
    worker = ["dask", "worker", address, "--no-nanny", "--nthreads", str(threads), "--local-directory", str(folder)]
    with ExitStack() as processes:
        scheduler = ["dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet]
        processes.enter_context(started(scheduler, "Scheduler at", folder, settings))
        there = [processes.enter_context(started([*worker, *quiet], "Registered to", folder, its)) for its in of_each]
        yield Cluster(address, there)


@contextmanager
def slowed(pid: int) -> Iterator[None]:
    """A process that has a quarter of its time."""
    done = threading.Event()

    def pulse() -> None:
        with suppress(ProcessLookupError):
            while not done.is_set():
                os.kill(pid, signal.SIGSTOP)
                done.wait(0.15)
                os.kill(pid, signal.SIGCONT)
                done.wait(0.05)

    thread = threading.Thread(target=pulse)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
