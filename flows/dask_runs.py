"""Runs on a Dask cluster, behind the same `concurrent.futures.Executor` as processes of this machine.

Every worker sees the home at the same path, a file system that hosts share; or has a home of its own, and runs go by
way of a store. There a plan finds its arrays by their digest, and leaves its result under its own key: whole, all at
once, and the first that is there stays. A worker that is lost loses its run to another, which goes on from the last
checkpoint; one that was only stopped, and wakes, writes the same bytes and finds the result there.
"""

import platform
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from dask.typing import Key
from distributed import Client, LocalCluster
from distributed import Future as DaskFuture
from distributed.scheduler import KilledWorker

from flows.executors import LOCAL, PRELOADED
from flows.store_place import StorePlace
from mtl.errors import MtlError, UserError
from mtl.provenance import source_digest
from mtl.shown import reason_of, shortened
from mtl.storage import partial_file

P = ParamSpec("P")
T = TypeVar("T")

ANSWER_SECONDS = 30.0
"""Seconds that a scheduler is given to answer, and the first worker to be there."""

LIBRARIES = ("torch", "numpy", "scikit-learn", "scipy")
"""What a result follows from beside our code and its plan."""


@dataclass(frozen=True)
class SameWork:
    """What a worker must share with the study to leave the bytes that a process of the study's own would leave.

    Attributes:
        note: a file below the home, named at random; None where runs go by way of a store, and workers have homes of
            their own.
        code: the digest of our sources.
        versions: Python's and those of `LIBRARIES`.
    """

    note: Path | None
    code: str
    versions: tuple[str, ...]

    @classmethod
    def here(cls, note: Path | None) -> "SameWork":
        """As it is in this process."""
        return cls(note, source_digest("mtl"), (platform.python_version(), *map(version, LIBRARIES)))

    def require(self) -> None:
        """Compare with this process, a worker's.

        Raises:
            UserError: with the host's name, for the first thing that is another.
        """
        host = f"the Dask worker on {platform.node()}"
        if self.note and not self.note.is_file():
            raise UserError(
                f"MTL_HOME: {host} does not see {self.note.parent}; put the home on a file system that all workers"
                " mount at this path, or set MTL_STORE"
            )
        found = SameWork.here(self.note)
        if found.code != self.code:
            raise UserError(f"MTL_DASK: {host} runs another version of this program; install the same one there")
        if found.versions != self.versions:
            versions = zip(("Python", *LIBRARIES), found.versions, self.versions, strict=True)
            other = "; ".join(f"{name} {theirs}, here {ours}" for name, theirs, ours in versions if theirs != ours)
            raise UserError(f"MTL_DASK: {host} has {other}; results would differ: install infra/constraints.txt there")


class DaskRuns(Executor):
    """Runs each call on some worker of a cluster; a call is made again elsewhere when its worker is lost."""

    def __init__(self, client: Client, same: SameWork) -> None:
        self._client, self._same = client, same
        self._under_way: dict[Key, DaskFuture[Any]] = {}
        self._importing: list[DaskFuture[None]] = []

    def warm_up(self) -> None:
        """Have the workers import what runs need while the caller goes on."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        self._importing = [
            self._client.submit(_import_all, workers=[worker], allow_other_workers=True, pure=False)
            for worker in workers
        ]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call; its future fails with an `MtlError` when the cluster gives it up."""
        answer: Future[T] = Future()
        answer.set_running_or_notify_cancel()
        asked = self._client.submit(call_there, self._same, fn, args, kwargs, pure=False)
        self._under_way[asked.key] = asked
        asked.add_done_callback(partial(self._hand_over, answer))
        return answer

    def kill(self) -> None:
        """Cancel what has not begun; what runs ends by itself, and its result is kept."""
        self._client.cancel(list(self._under_way.values()))

    def _hand_over(self, answer: "Future[T]", asked: "DaskFuture[T]") -> None:
        self._under_way.pop(asked.key, None)
        if asked.status == "finished":
            answer.set_result(asked.result())
        elif asked.status == "error":
            answer.set_exception(_told(asked.exception()))
        else:
            answer.set_exception(MtlError(f"the Dask scheduler gave the run up: {asked.status}; is it still there?"))


@contextmanager
def dask_runs(address: str, home: Path, workers: int, store: str | None = None) -> Iterator[DaskRuns]:
    """The cluster at `address`, or one of this machine with so many workers for `LOCAL`, for the block.

    Raises:
        UserError: no scheduler or no worker answers, a worker would not do the same work, or cannot use the store.
    """
    with ExitStack() as opened:
        note = opened.enter_context(partial_file(home / "dask-home"))
        note.touch()
        if address == LOCAL:
            started = LocalCluster(
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs="ERROR"
            )
            address = opened.enter_context(started).scheduler_address
        client = opened.enter_context(_client(address))
        same = SameWork.here(None if store else note)
        client.run(same.require)
        if store:
            _try_store(client, StorePlace(store))
        executor = DaskRuns(client, same)
        try:
            yield executor
        except BaseException:
            executor.kill()
            raise


def call_there(same: SameWork, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """On a worker: the call, if it would come to what it comes to here; workers may join at any time."""
    same.require()
    return function(*args, **kwargs)


def _client(address: str) -> Client:
    shown = shortened(address)
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False, name=f"mtl-{uuid4().hex}")
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise UserError(
            f"MTL_DASK: expected a Dask scheduler with a worker at {shown}; got {reason_of(error)}; start them with"
            " `dask scheduler` and `dask worker --nthreads 1`"
        ) from error
    threads = {worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()}
    if threads != {1}:
        client.close()
        raise UserError(
            f"MTL_DASK: expected workers of one thread each at {shown}; got one of {max(threads)}; a run keeps its"
            " process to one thread: start `dask worker --nthreads 1` once for each core"
        )
    return client


def _try_store(client: Client, place: StorePlace) -> None:
    """From each worker; as a call, since what is run beside calls must be short."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    client.gather([client.submit(place.require, workers=[worker], pure=False) for worker in workers])


def _import_all() -> None:
    for module in PRELOADED:
        import_module(module)


def _told(error: BaseException | None) -> BaseException:
    if isinstance(error, KilledWorker):
        return MtlError("the run was lost with each Dask worker that tried it; the last ones' logs say why they ended")
    return error or MtlError("the run failed on Dask, which does not say why")
