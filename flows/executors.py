"""Where runs are fitted: processes of one thread that take call after call, as a `concurrent.futures.Executor`.

A process pool would do, but for one thing: when one of its workers is killed, every pending future of the pool fails.
Here a worker that dies takes its own run with it and nothing else. A worker that loses its parent ends itself.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from typing import Any, ParamSpec, TypeVar

from mtl.errors import MtlError

P = ParamSpec("P")
T = TypeVar("T")

LOCAL = "local"
"""As `MTL_DASK`, instead of a scheduler's address: a cluster of this machine, for the time of one study."""

PRELOADED = ("mtl.baselines.study_runs", "torch._dynamo", "sklearn.ensemble", "sklearn.linear_model")
"""Imported once in the fork server, so that a worker starts in milliseconds instead of seconds. The second is what
torch's optimisers import, SymPy with it, when the first of them is made; the last are what baselines are made of."""

LEAVING = 5.0
"""Seconds that an idle worker has to end."""


class WorkerDiedError(MtlError):
    """A worker process ended without an answer: it was killed, or ran out of memory. Worth another try."""


CALLS = 64
"""Of a worker, which is replaced then: what calls leave in memory does not pile up."""


class WorkerProcesses(Executor):
    """Runs each call in a worker process that runs no other at that time, at most `workers` at a time."""

    def __init__(self, workers: int, preload: Sequence[str] = PRELOADED) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="run")
        self._idle: list[_Worker] = []
        self._running: set[_Worker] = set()
        self._closed = False

    def warm_up(self) -> None:
        """Start the fork server, which imports while the caller goes on; the first call would start it otherwise."""
        _start_fork_server()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call of a picklable function; the future fails with `WorkerDiedError` if its process is killed."""
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; wait for those that were taken."""
        self._closed = True
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        self._end_idle()

    def kill(self) -> None:
        """End at once: what runs is killed, what has not begun is cancelled."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._running):
            worker.process.kill()
        self._end_idle()

    def _call(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        worker = self._worker()
        self._running.add(worker)
        try:
            succeeded, answer = worker.call(function, args, kwargs)
        finally:
            self._running.discard(worker)
            self._idle.append(worker)
            if self._closed:
                self._end_idle()
        if succeeded:
            return answer  # type: ignore[no-any-return]
        raise answer

    def _worker(self) -> "_Worker":
        """One that is idle and can take a call, or a new one."""
        with suppress(IndexError):
            while True:
                worker = self._idle.pop()
                if worker.calls < CALLS and worker.is_there:
                    return worker
                worker.end()
        return _Worker(self._context)

    def _end_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().end()


class _Worker:
    """A process, and the pipe that its calls and their answers take."""

    def __init__(self, context: ForkServerContext) -> None:
        self.calls = 0
        self._pipe, theirs = context.Pipe()
        self._lifeline, watched = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, watched), daemon=True)
        _start_fork_server()
        self.process.start()
        theirs.close()
        watched.close()

    @property
    def is_there(self) -> bool:
        """Whether it waits for a call: an idle worker's pipe has nothing to read, a dead one's its end."""
        return not self._pipe.poll()

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bool, Any]:
        """Whether it succeeded, and its answer or what it raised.

        Raises:
            WorkerDiedError: the process ended before it answered.
        """
        self.calls += 1
        with suppress(BrokenPipeError):  # it died idle
            self._pipe.send((function, args, kwargs))
        # The answer may be too large for the pipe's buffer: it is received before the process can end.
        wait([self._pipe, self.process.sentinel])
        try:
            if self._pipe.poll():
                answer: tuple[bool, Any] = self._pipe.recv()
                return answer
        except (EOFError, ConnectionResetError):
            pass
        self.process.join()
        raise WorkerDiedError(f"the worker process {_ending(self.process.exitcode)}; the run can be tried again")

    def end(self) -> None:
        """Have no more calls for it, which it waits for."""
        self._pipe.close()
        self.process.join(LEAVING)
        self.process.kill()
        self._lifeline.close()


@contextmanager
def processes(workers: int, preload: Sequence[str] = PRELOADED) -> Iterator[WorkerProcesses]:
    """Worker processes for the block; when it raises, they are killed: what they had finished is kept."""
    executor = WorkerProcesses(workers, preload)
    try:
        yield executor
    except BaseException:
        executor.kill()
        raise
    executor.shutdown()


def default_workers() -> int:
    """As many as there are cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _start_fork_server() -> None:
    """Start it, unless it runs, deaf to Ctrl-C: it would print where it was in its imports."""
    resource_tracker.ensure_running()  # the fork server needs it, and it unblocks the signal once it has started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(calls: Connection, lifeline: Connection) -> None:
    # Ctrl-C reaches every process of a terminal; the parent says what follows from it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    with suppress(EOFError):
        while True:
            function, args, kwargs = calls.recv()
            try:
                answer = True, function(*args, **kwargs)
            except Exception as error:  # noqa: BLE001  # whatever it was, the caller must see it
                answer = False, error
            calls.send(answer)
            del function, args, kwargs, answer


def _end_with_parent(lifeline: Connection) -> None:
    # The parent never writes: the pipe becomes readable only when the parent is gone.
    wait([lifeline])
    os._exit(1)


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"was killed by {signal.Signals(-exitcode).name}"
    return f"ended with status {exitcode} and without an answer"
