"""Where runs are fitted: one process and one thread per run, behind the standard `concurrent.futures.Executor`.

A process pool would do, but for one thing: when one of its workers is killed, every pending future of the pool fails.
Here a worker that dies takes its own run with it and nothing else. A worker that loses its parent ends itself.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import Any, ParamSpec, TypeVar

from mtl.errors import MtlError

P = ParamSpec("P")
T = TypeVar("T")

LOCAL = "local"
"""As `MTL_DASK`, instead of a scheduler's address: a cluster of this machine, for the time of one study."""

PRELOADED = ("mtl.baselines.study_runs", "torch._dynamo", "sklearn.ensemble", "sklearn.linear_model")
"""Imported once in the fork server, so that a worker starts in milliseconds instead of seconds. The second is what
torch's optimisers import, SymPy with it, when the first of them is made; the last are what baselines are made of."""


class WorkerDiedError(MtlError):
    """A worker process ended without an answer: it was killed, or ran out of memory. Worth another try."""


class ProcessPerCall(Executor):
    """Runs each call in a process of its own, at most `workers` at a time."""

    def __init__(self, workers: int, preload: Sequence[str] = PRELOADED) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="run")
        self._running: set[ForkServerProcess] = set()

    def warm_up(self) -> None:
        """Start the fork server, which imports while the caller goes on; the first call would start it otherwise."""
        _start_fork_server()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call of a picklable function; the future fails with `WorkerDiedError` if its process is killed."""
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; wait for those that were taken."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """End at once: what runs is killed, what has not begun is cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in list(self._running):
            process.kill()

    def _call(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, function, args, kwargs), daemon=True)
        _start_fork_server()
        process.start()
        self._running.add(process)
        theirs.close()
        try:
            succeeded, answer = _receive(ours, process)
        finally:
            ours.close()
            process.join()
            self._running.discard(process)
        if succeeded:
            return answer  # type: ignore[no-any-return]
        raise answer


@contextmanager
def processes(workers: int, preload: Sequence[str] = PRELOADED) -> Iterator[ProcessPerCall]:
    """Worker processes for the block; when it raises, they are killed: what they had finished is kept."""
    executor = ProcessPerCall(workers, preload)
    try:
        yield executor
    except BaseException:
        executor.kill()
        raise
    executor.shutdown()


def default_workers() -> int:
    """As many as there are cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _receive(connection: Connection, process: ForkServerProcess) -> tuple[bool, Any]:
    """Whether the call succeeded, and its answer or what it raised."""
    # The answer may be too large for the pipe's buffer: it is received before the process can end.
    wait([connection, process.sentinel])
    try:
        if connection.poll():
            answer: tuple[bool, Any] = connection.recv()
            return answer
    except EOFError:
        pass
    process.join()
    raise WorkerDiedError(f"the worker process {_ending(process.exitcode)}; the run can be tried again")


def _start_fork_server() -> None:
    """Start it, unless it runs, deaf to Ctrl-C: it would print where it was in its imports."""
    resource_tracker.ensure_running()  # the fork server needs it, and it unblocks the signal once it has started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    # Ctrl-C reaches every process of a terminal; the parent says what follows from it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(connection,), daemon=True).start()
    try:
        answer = True, function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  # whatever it was, the caller must see it
        answer = False, error
    connection.send(answer)


def _end_with_parent(connection: Connection) -> None:
    # The parent never writes: the pipe becomes readable only when the parent is gone.
    wait([connection])
    os._exit(1)


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"was killed by {signal.Signals(-exitcode).name}"
    return f"ended with status {exitcode} and without an answer"
