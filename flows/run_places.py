"""Where runs are fitted: processes of this machine, or a Dask cluster. Both are one kind of executor."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from flows.executors import ProcessPerCall, processes
from flows.settings import Settings
from mtl.errors import UserError

if TYPE_CHECKING:
    from flows.dask_runs import DaskRuns

    RunExecutor: TypeAlias = ProcessPerCall | DaskRuns


@contextmanager
def run_executor(settings: Settings) -> Iterator["RunExecutor"]:
    """What `MTL_DASK` names, or processes, for the block; when it raises, what has not begun is cancelled.

    Raises:
        UserError: Dask is not installed, or the cluster cannot be used.
    """
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
    with dask_runs(settings.dask, settings.home, settings.workers) as cluster:
        yield cluster
