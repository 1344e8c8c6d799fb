"""Runs through a store (`MTL_STORE`), on whatever executor: workers need not see the home of the study.

The study sends what runs are made of, once; a worker fetches it into its own home, trains, and has its result accepted;
the study fetches that. What another study of any host has left in the store is fetched and not trained again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flows.executors import LOCAL
from flows.settings import Settings, home_folder
from flows.store_place import StorePlace
from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.object_store.by_digest import send_file, send_folder
from mtl.object_store.objects import Objects
from mtl.object_store.open_objects import open_objects
from mtl.object_store.shared_run import Accepted, SharedRun, accepted, fit_shared, offer
from mtl.study.store import Store
from mtl.training.bar import NO_BAR, Bar
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult

if TYPE_CHECKING:
    from flows.dask_runs import DaskRuns
    from flows.executors import WorkerProcesses

P = ParamSpec("P")
T = TypeVar("T")


class StoreRuns(Executor):
    """Passes fits on to another executor, by way of the store; any other call as it is."""

    def __init__(self, inner: "WorkerProcesses | DaskRuns", place: StorePlace, at_once: int) -> None:
        self._inner, self._place = inner, place
        self._objects = open_objects(place.address)
        self._sent = _Sent(self._objects)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="store")

    def warm_up(self) -> None:
        """Have the workers import what runs need."""
        self._inner.warm_up()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call; of a fit, the result is in the home of the study when its future is done."""
        if fn is fit_planned:
            fit: Callable[..., Any] = self._fit
            return self._threads.submit(fit, *args, **kwargs)
        return self._inner.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; wait for those that were taken."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def _fit(self, plan: AnyPlan, bar: Bar = NO_BAR) -> RunResult:
        run = SharedRun(plan, "", bar)
        found = accepted(self._objects, run) or self._fit_there(run)
        return RunResult.read(found.fetch(self._objects, plan.folder.parent))

    def _fit_there(self, run: SharedRun) -> Accepted:
        sent = replace(run, plan=_bare(run.plan), arrays=self._sent.of(run.plan))
        return self._inner.submit(fit_there, self._place, sent).result()


@contextmanager
def through_store(inner: "WorkerProcesses | DaskRuns", settings: Settings) -> Iterator[StoreRuns]:
    """Fits on another executor by way of the store that the settings name, for the block.

    Raises:
        UserError: the store cannot be used.
    """
    assert settings.store is not None, "a store is named"
    ours = settings.home if settings.dask in {None, LOCAL} else None
    place = StorePlace(settings.store, ours)
    place.require()
    shared = StoreRuns(inner, place, settings.workers)
    try:
        yield shared
    except BaseException:
        shared.shutdown(wait=False, cancel_futures=True)
        raise
    shared.shutdown()


def fit_there(place: StorePlace, run: SharedRun) -> Accepted:
    """On a worker: the one result of a run, trained in its own home unless another host has done it."""
    store = Store(place.home or home_folder())
    return fit_shared(open_objects(place.address), store, run)


@dataclass(frozen=True)
class _Sent:
    """What this study has sent, each thing once."""

    objects: Objects
    arrays: dict[str, str] = field(default_factory=dict)
    frames: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def of(self, plan: AnyPlan) -> str:
        """Send what a plan is made of, unless that was sent; the digest of its arrays in the store."""
        with self.lock:
            if plan.prepared.digest not in self.arrays:
                self.arrays[plan.prepared.digest] = send_folder(self.objects, plan.prepared.path)
            if not isinstance(plan, RunPlan) and plan.frame.digest not in self.frames:
                send_file(self.objects, plan.frame.path, plan.frame.digest)
                self.frames.add(plan.frame.digest)
        if plan.pretrained and plan.pretrained.is_fitted:
            offer(self.objects, plan.pretrained.folder)
        return self.arrays[plan.prepared.digest]


def _bare(plan: AnyPlan) -> AnyPlan:
    """The plan without rows and arrays that were read for it here and would travel with it."""
    prepared = replace(plan.prepared)
    return (
        replace(plan, prepared=prepared)
        if isinstance(plan, RunPlan)
        else replace(plan, prepared=prepared, frame=replace(plan.frame))
    )
