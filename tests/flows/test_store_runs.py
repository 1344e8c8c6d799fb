"""Studies by way of a store come to what they come to without one, whoever trains their runs and is lost."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.dask_runs import dask_runs
from flows.run_places import run_executor
from flows.settings import Settings
from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.errors import MtlError
from mtl.manifest import is_intact
from mtl.object_store.open_objects import open_objects
from mtl.study.store import Store
from mtl.training.approaches import approaches_of
from tests.flows import work
from tests.flows.clinics import DEADLINE, mtl, start_mtl, stay, write_clinics
from tests.flows.dask_cluster import dask_cluster, slowed
from tests.flows.same_study import require_as_here
from tests.flows.test_dask_runs import LONG
from tests.flows.waiting import until
from tests.mtl.studies import small_study
from tests.s3_server import BUCKET, s3_server


@pytest.fixture(scope="module")
def s3_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with s3_server(tmp_path_factory.mktemp("s3")) as keys:
        yield keys


def checkpoints(home: Path) -> list[Path]:
    return list(Store(home).runs.glob("*.checkpoint"))


def test_runs_of_processes_go_by_way_of_the_store_and_a_second_home_trains_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = (tmp_path / "store").as_uri()
    started = []
    for name in ("one", "other"):
        study = small_study(tmp_path / name, baselines=["network", "linear"], seeds=[0])
        home = tmp_path / name / "home"
        stay(monkeypatch, home)
        plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, Store(home).runs)
        with run_executor(Settings(home, "", 2, None, store=address)) as executor:
            assert executor.submit(work.who, 5).result()[1] == 5
            results = [executor.submit(fit_planned, plan).result() for plan in (plans[0], plans[-1])]
        assert [result.folder for result in results] == [plans[0].folder, plans[-1].folder]
        assert all(plan.is_fitted for plan in (plans[0], plans[-1]))
        started.append([result.started for result in results])
    assert started[0] == started[1]


def test_what_a_run_raises_is_raised_here_and_it_can_be_tried_again(tmp_path: Path) -> None:
    study = small_study(tmp_path / "data", seeds=[0])
    home = tmp_path / "home"
    home.mkdir()
    (plan, *_) = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, Store(home).runs)
    labels = study.prepared.path / "train" / "of_rows" / "labels.npy"
    kept = labels.read_bytes()
    labels.unlink()
    with run_executor(Settings(home, "", 1, None, store=(tmp_path / "store").as_uri())) as executor:
        with pytest.raises(FileNotFoundError):
            executor.submit(fit_planned, plan).result()
        labels.write_bytes(kept)
        assert executor.submit(fit_planned, plan).result().status == "finished"


def test_a_store_that_cannot_be_used_is_told_before_anything_begins(s3_keys: Mapping[str, str], tmp_path: Path) -> None:
    spec = write_clinics(tmp_path)
    done = mtl(tmp_path / "home", "run", spec, own_prefect=False, **s3_keys, MTL_STORE="s3://nobody/runs")
    assert done.status in {1, 2}
    assert "MTL_STORE: s3://nobody/runs cannot be used" in done.err
    assert "Traceback" not in done.err


def test_workers_that_cannot_use_the_store_are_told_by_name(s3_keys: Mapping[str, str], tmp_path: Path) -> None:
    refused = pytest.raises(MtlError, match=r"MTL_STORE: s3://nobody/runs cannot be used: .*\(asked on ")
    with (
        dask_cluster(tmp_path, workers=1, more=s3_keys) as cluster,
        refused,
        dask_runs(cluster.address, tmp_path, 1, "s3://nobody/runs"),
    ):
        pass


@pytest.mark.faults
@pytest.mark.long
def test_a_study_on_homes_apart_comes_to_the_same_bytes_though_workers_are_killed_stopped_and_slow(
    s3_keys: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_keys.items():
        monkeypatch.setenv(name, value)
    spec = write_clinics(tmp_path, training=LONG, schemes=["equal"], seeds=[0])
    here, there = tmp_path / "here", tmp_path / "there"
    homes = [tmp_path / f"worker-{number}" for number in range(3)]
    store = f"s3://{BUCKET}/clinics"
    objects = open_objects(store)
    with dask_cluster(tmp_path, workers=3, more=s3_keys, homes=homes, lost_after="20s") as cluster:
        killed, stopped, slow = cluster.workers
        study = start_mtl(
            there,
            "run",
            spec,
            "--json",
            MTL_DASK=cluster.address,
            MTL_WORKERS="3",
            MTL_STORE=store,
            own_prefect=False,
            **s3_keys,
        )
        until(lambda: all(checkpoints(home) for home in homes) or None, "a run on each")
        with slowed(slow.pid):
            os.kill(killed.pid, signal.SIGKILL)
            os.kill(stopped.pid, signal.SIGSTOP)
            (key,) = {file.stem for file in checkpoints(homes[1])}
            # Its claim is taken over after thirty seconds: it wakes while another host trains its run, or has done so.
            until(lambda: objects.has(f"claims/{key}/1") or objects.has(f"runs/{key}") or None, "its run elsewhere")
            os.kill(stopped.pid, signal.SIGCONT)
            out, err = study.communicate(timeout=DEADLINE)
    assert study.returncode == 0, err
    require_as_here(out, there, here, spec)
    assert all(
        is_intact(home / "prepared" / folder.name) for home in homes for folder in Store(home).prepared.iterdir()
    )


@pytest.mark.faults
def test_two_studies_of_two_homes_at_once_train_each_run_once(s3_keys: Mapping[str, str], tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    homes = [tmp_path / "one", tmp_path / "other"]
    told = {"MTL_STORE": f"s3://{BUCKET}/pair", **s3_keys}
    with ExitStack() as running:
        studies = [
            running.enter_context(start_mtl(home, "run", spec, "--json", own_prefect=False, **told)) for home in homes
        ]
        ended = [study.communicate(timeout=DEADLINE) for study in studies]
    assert [study.returncode for study in studies] == [0, 0], [err for _, err in ended]
    decisions = [json.loads(out)["decision"] for out, _ in ended]
    assert decisions[0] == decisions[1]
    one, other = (
        {
            run.name: json.loads((run / "result.json").read_text("utf-8"))["started"]
            for run in Store(home).runs.glob("[!.]*")
            if run.is_dir()
        }
        for home in homes
    )
    assert one == other != {}
