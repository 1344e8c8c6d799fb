"""Runs on a cluster of another kind leave what processes of this machine leave, whoever is lost."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client

from flows.dask_runs import DaskRuns, SameWork, call_there, dask_runs
from mtl.baselines.study_runs import fit_planned
from mtl.errors import DataError, MtlError, UserError
from mtl.study.store import Store
from mtl.training.approaches import approaches_of
from mtl.training.plans import plan_runs
from tests.flows import work
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.dask_cluster import Cluster, dask_cluster, slowed
from tests.flows.same_study import left_by, require_as_here
from tests.flows.waiting import until
from tests.mtl.studies import small_study


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def executor(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskRuns]:
    with dask_runs(cluster.address, tmp_path_factory.mktemp("home"), 1) as executor:
        yield executor


def test_a_call_is_made_by_a_worker_and_what_it_raises_is_raised(executor: DaskRuns, cluster: Cluster) -> None:
    process, value = executor.submit(work.who, 3).result()
    assert value == 3
    assert process in {worker.pid for worker in cluster.workers}
    with pytest.raises(DataError, match="no such column"):
        executor.submit(work.fail, "no such column").result()


def test_calls_run_side_by_side(executor: DaskRuns, tmp_path: Path) -> None:
    pair = [executor.submit(work.meet, str(tmp_path), *names) for names in (("a", "b"), ("b", "a"))]
    assert [future.result() for future in pair] == [True, True]


def test_a_run_leaves_the_same_bytes_as_here(executor: DaskRuns, tmp_path: Path) -> None:
    executor.warm_up()
    study = small_study(tmp_path)
    for place, fit in (("there", lambda plan: executor.submit(fit_planned, plan).result()), ("here", fit_planned)):
        for plan in plan_runs(study.spec, approaches_of(study.spec), study.prepared, tmp_path / place)[:2]:
            assert fit(plan).status == "finished"
    assert left_by(tmp_path / "there") == left_by(tmp_path / "here") != {}


def test_a_worker_without_the_home_or_with_other_code_is_refused_by_name(tmp_path: Path) -> None:
    (note := tmp_path / "note").touch()
    same = SameWork.here(note)
    assert call_there(same, work.who, (1,), {})[1] == 1
    assert call_there(replace(same, note=None), work.who, (2,), {})[1] == 2
    for other, told in (
        (replace(same, note=tmp_path / "gone"), "does not see .*put the home on a file system that all workers"),
        (replace(same, code="other"), "another version of this program"),
        (replace(same, versions=("3.0", *same.versions[1:])), r"has Python 3\.1[0-9.]+, here 3\.0; results would"),
    ):
        with pytest.raises(UserError, match=told):
            call_there(other, work.who, (1,), {})


def test_no_scheduler_is_a_mistake_that_says_what_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.dask_runs.ANSWER_SECONDS", 0.5)
    told = r"MTL_DASK: expected a Dask scheduler .* at tcp://127\.0\.0\.1:9;.* start them with `dask scheduler`"
    with pytest.raises(UserError, match=told), dask_runs("tcp://127.0.0.1:9", tmp_path, 1):
        pass


def test_workers_of_several_threads_are_refused(tmp_path: Path) -> None:
    refused = pytest.raises(UserError, match=r"workers of one thread each .* got one of 2")
    with dask_cluster(tmp_path, workers=1, threads=2) as threaded, refused, dask_runs(threaded.address, tmp_path, 1):
        pass


def test_a_run_that_ends_every_worker_is_given_up_with_a_reason(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=5) as mortal, dask_runs(mortal.address, tmp_path, 1) as executor:
        with pytest.raises(MtlError, match="lost with each Dask worker that tried it"):
            executor.submit(work.leave).result()
        assert executor.submit(work.who, 1).result()[1] == 1


LONG = {"epochs": 25, "patience": 25, "batch_size": 32}
"""Runs of seconds each: long enough to be lost in the middle."""


@pytest.mark.faults
def test_a_study_comes_to_the_same_bytes_though_workers_are_killed_stopped_and_slow(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    here, there = tmp_path / "here", tmp_path / "there"
    with dask_cluster(tmp_path, workers=3) as cluster:
        killed, stopped, slow = cluster.workers
        with slowed(slow.pid):
            study = start_mtl(there, "run", spec, "--json", MTL_DASK=cluster.address, MTL_WORKERS="3")
            with Client(cluster.address, set_as_default=False) as asking:
                pids = asking.run(os.getpid)
                both = {worker for worker, pid in pids.items() if pid != slow.pid}
                until(lambda: both <= {w for w, keys in asking.processing().items() if keys}, "runs on both")
                until(lambda: list(Store(there).runs.glob("*.checkpoint")), "the first checkpoint")
            os.kill(killed.pid, signal.SIGKILL)
            os.kill(stopped.pid, signal.SIGSTOP)
            # What the stopped one had began again elsewhere, and more: then it wakes in the middle of what is done.
            until(lambda: len(list(Store(there).runs.glob("[!.]*/result.json"))) >= 4 or None, "results without it")
            os.kill(stopped.pid, signal.SIGCONT)
            out, err = study.communicate()
    assert study.returncode == 0, err
    require_as_here(out, there, here, spec)


@pytest.mark.faults
@pytest.mark.long
def test_a_local_cluster_decides_as_processes_do(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    done = {
        place: mtl(tmp_path / (place or "processes"), "run", spec, "--json", own_prefect=False, **where)
        for place, where in PLACES
    }
    assert [finished.status for finished in done.values()] == [0, 0], [finished.err for finished in done.values()]
    assert done["local"].outcome["decision"] == done[""].outcome["decision"]


PLACES: tuple[tuple[str, dict[str, str]], ...] = (("", {}), ("local", {"MTL_DASK": "local"}))
