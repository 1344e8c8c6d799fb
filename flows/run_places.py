"""Where runs are fitted: processes of this machine, or a Dask cluster. Both are one kind of executor."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from flows.executors import WorkerProcesses, processes
from flows.settings import Settings
from mtl.errors import UserError

if TYPE_CHECKING:
    from flows.dask_runs import DaskRuns
    from flows.store_runs import StoreRuns

    RunExecutor: TypeAlias = WorkerProcesses | DaskRuns | StoreRuns


@contextmanager
def run_executor(settings: Settings) -> Iterator["RunExecutor"]:
    """What `MTL_DASK` names, or processes, for the block; by way of the store that `MTL_STORE` names, if it does.

    When the block raises, what has not begun is cancelled.

    Raises:
        UserError: Dask is not installed, or the cluster or the store cannot be used.
    """
    with _workers(settings) as executor:
        if settings.store is None:
            yield executor
            return
        with import_module("flows.store_runs").through_store(executor, settings) as shared:
            yield shared


@contextmanager
def _workers(settings: Settings) -> Iterator["WorkerProcesses | DaskRuns"]:
    if settings.dask is None:
        with processes(settings.workers) as executor:
            yield executor
        return
    try:
        # It takes a second to import, and need not be installed.
        dask_runs = import_module("flows.dask_runs").dask_runs
    except ImportError as error:
        raise UserError(
            "MTL_DASK: Dask is not installed; pip install 'mtl-pipeline[dask]', or unset MTL_DASK"
        ) from error
    with dask_runs(settings.dask, settings.home, settings.workers, settings.store) as cluster:
        yield cluster
