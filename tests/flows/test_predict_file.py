"""`mtl predict`: which version, which files, and what is said of it."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from distributed import Client
from typer.testing import CliRunner, Result

from flows.cli import app
from mtl import registry
from mtl.registry import Registry
from mtl.serving.bundle import load_bundle
from mtl.serving.compared import difference
from tests.flows.clinics import mtl, start_mtl
from tests.flows.dask_cluster import dask_cluster
from tests.flows.family import workers
from tests.flows.waiting import until
from tests.mtl.serving import wide
from tests.mtl.serving.bench_serving import NAME, registered


def asked(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["predict", *map(str, arguments)])


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A champion, and a version that is none."""
    folder = tmp_path_factory.mktemp("home")
    store = registered(folder)
    study = registry.read_version(store, NAME, "1").run_id
    registry.register(store, NAME, wide.bundle(folder / "other", seed=9), study, {"decision": "reject"})
    return folder


@pytest.fixture
def served_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the champion, which commands take for theirs."""
    monkeypatch.setenv("MTL_HOME", str(home))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", Registry.in_folder(home).tracking_uri)
    return home


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pattern of files, each of which takes a worker a while."""
    folder = tmp_path_factory.mktemp("many")
    rows = wide.rows(30_000, seed=1)
    for number in range(8):
        rows.assign(x0=float(number)).to_parquet(folder / f"rows-{number}.parquet")
    return folder / "rows-*.parquet"


@pytest.mark.slow
def test_the_champion_predicts_unless_a_version_is_named(served_from: Path, tmp_path: Path) -> None:
    for number in range(2):
        wide.rows(30, seed=number).to_parquet(tmp_path / f"rows-{number}.parquet")
    rows = pd.concat([wide.rows(30, seed=0), wide.rows(30, seed=1)], ignore_index=True)
    for version, folder in (("1", "bundle"), ("2", "other")):
        out = tmp_path / f"out-{version}.parquet"
        done = asked(NAME, tmp_path / "rows-*.parquet", out, *(["--version", "2"] if version == "2" else []))
        assert done.exit_code == 0, done.output
        assert f"60 rows predicted by version {version} of {NAME}: {out}" in done.stdout.replace("\n", "")
        assert f"Predicting with version {version} of {NAME}" in done.stderr
        assert difference(pd.read_parquet(out), load_bundle(served_from / folder).predict(rows), 1e-6) is None
        told = pq.read_schema(out).metadata
        assert (told[b"mtl.model"], told[b"mtl.version"]) == (NAME.encode(), version.encode())
    missing = asked(NAME, tmp_path / "rows-0.parquet", tmp_path / "out.parquet", "--version", "77")
    assert (missing.exit_code, "Traceback" in missing.output) == (1, False)
    assert "version 77 of bench" in missing.output


def test_mistakes_are_told_in_a_line_before_the_registry_is_asked(tmp_path: Path) -> None:
    rows, out = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    wide.rows(3).to_parquet(rows)
    (tmp_path / "folder.parquet").mkdir()
    for arguments, said in [
        (("demo", tmp_path / "none.csv", out), "IN: expected a file of a table, or a pattern of several; there is no"),
        (("demo", rows, tmp_path / "out.csv"), "OUT: expected the name of a .parquet file; got"),
        (("demo", rows, rows), "OUT: expected a file that is neither a folder nor one of IN; got"),
        (("demo", rows, tmp_path / "folder.parquet"), "OUT: expected a file that is neither a folder nor"),
        (("demo", rows, rows / "out.parquet"), "OUT: expected a place to write in"),
        (("7", rows, out), "NAME: expected a study's name"),
        (("demo", rows, out, "--version", "latest"), "version: expected the number of a registered version"),
    ]:
        done = asked(*arguments)
        assert done.exit_code == 2
        assert said in " ".join(done.output.split())
        assert not out.exists()


@pytest.fixture(scope="module")
def one_after_the_other(home: Path, many: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What one process leaves."""
    out = tmp_path_factory.mktemp("here") / "out.parquet"
    done = mtl(home, "predict", NAME, many, out)
    assert done.status == 0, done.err
    return out.read_bytes()


@pytest.mark.faults
@pytest.mark.parametrize("where", [{}, {"MTL_DASK": "local"}], ids=["processes", "cluster"])
def test_processes_of_this_machine_leave_the_same_bytes_as_one(
    where: Mapping[str, str], home: Path, many: Path, one_after_the_other: bytes, tmp_path: Path
) -> None:
    done = mtl(home, "predict", NAME, many, tmp_path / "out.parquet", "--workers", 2, own_prefect=False, **where)
    assert done.status == 0, done.err
    assert (tmp_path / "out.parquet").read_bytes() == one_after_the_other
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


@pytest.mark.faults
def test_workers_of_a_cluster_leave_the_same_bytes_though_one_is_killed(
    home: Path, many: Path, one_after_the_other: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    # A worker that is held up by a busy machine is not to be taken for lost: one that is killed is missed at once.
    patient = dask_cluster(tmp_path, workers=2, lost_after="5 minutes")
    with patient as cluster, Client(cluster.address, set_as_default=False) as asking:
        pids = asking.run(os.getpid)
        predicting = start_mtl(home, "predict", NAME, many, out, MTL_DASK=cluster.address)
        until(lambda: list(tmp_path.glob("out.parquet.parts/*/*.done")), "the first file that is done")
        at_work = until(
            lambda: [worker for worker, keys in asking.processing().items() if keys], "a worker with a file"
        )
        os.kill(pids[at_work[0]], signal.SIGKILL)
        said, errors = predicting.communicate()
    assert predicting.returncode == 0, errors
    assert f"240,000 rows predicted by version 1 of {NAME}: " in said
    assert out.read_bytes() == one_after_the_other


@pytest.mark.faults
def test_a_process_that_is_killed_costs_its_file_alone(home: Path, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    predicting = start_mtl(home, "predict", NAME, many, out, "--workers", 2)
    at_work = until(lambda: workers(predicting.pid), "a process at work")[0]
    os.kill(at_work, signal.SIGSTOP)  # or it might have ended before it is killed
    until(lambda: list(tmp_path.glob("out.parquet.parts/*/*.done")), "the first file that is done, by the other")
    os.kill(at_work, signal.SIGKILL)
    _, errors = predicting.communicate()
    assert (predicting.returncode, "Traceback" in errors) == (1, False)
    assert "was killed by SIGKILL" in errors
    again = mtl(home, "predict", NAME, many, out, "--workers", 2)
    assert again.status == 0, again.err
    assert f"240,000 rows predicted by version 1 of {NAME}, " in again.out
    assert "of them by an earlier run of the same command" in again.out
