"""Runs are fitted where the environment says."""

import sys
from pathlib import Path

import pytest

from flows.executors import WorkerProcesses
from flows.run_places import run_executor
from flows.settings import Settings
from mtl.errors import UserError
from tests.flows import work


def test_without_a_word_they_are_processes_of_this_machine(tmp_path: Path) -> None:
    with run_executor(Settings(tmp_path, "", 1, None)) as executor:
        assert isinstance(executor, WorkerProcesses)
        assert executor.submit(work.who, 5).result()[1] == 5


def test_a_block_that_raises_ends_them(tmp_path: Path) -> None:
    with pytest.raises(KeyError), run_executor(Settings(tmp_path, "", 1, None)) as executor:
        raise KeyError
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(work.who, 1)


def test_without_dask_the_extra_that_brings_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "flows.dask_runs", raising=False)
    told = r"MTL_DASK: Dask is not installed; pip install 'mtl-pipeline\[dask\]', or unset MTL_DASK"
    with pytest.raises(UserError, match=told), run_executor(Settings(tmp_path, "", 1, None, dask="local")):
        pass
