"""What a run costs beside its training, on processes, on a Dask cluster and by way of a store on that cluster.

`python -m tests.flows.bench_dask`; the store is an S3-compatible server on loopback, moto's.

The calls do nothing, so that all of their time is overhead. Where a cluster saturates follows from it: the study's
process hands out one run after another, so workers wait for it where there are more of them than the seconds of a run
divided by the seconds that handing one out takes.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Executor, wait
from pathlib import Path

from flows.executors import processes
from mtl.study.store import Store
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from tests.flows import work
from tests.mtl.studies import small_study


def seconds_a_call(executor: Executor, calls: int) -> float:
    """Of so many calls that are submitted at once, from the first submission to the last answer."""
    executor.submit(work.who, 0).result()
    began = time.perf_counter()
    wait([executor.submit(work.who, number) for number in range(calls)])
    return (time.perf_counter() - began) / calls


def seconds_through_store(folder: Path, workers: int, runs: int, at_once: int) -> float:
    """Of a run whose result each worker finds in its own home: sent, claimed, accepted and fetched, nothing trained."""
    from flows.dask_runs import dask_runs
    from flows.settings import Settings
    from flows.store_runs import through_store
    from mtl.baselines.study_runs import fit_planned
    from tests.flows.dask_cluster import dask_cluster
    from tests.s3_server import BUCKET, s3_server

    folder.mkdir()
    with s3_server(folder) as keys:
        os.environ.update(keys)
        address = f"s3://{BUCKET}/bench"
        homes = [folder / f"worker-{number}" for number in range(workers)]
        plans = empty_runs(folder, [Store(home).runs for home in homes], runs + 1)
        with (
            dask_cluster(folder, workers, more=keys, homes=homes) as cluster,
            dask_runs(cluster.address, folder, 1, address) as dask,
            through_store(dask, Settings(folder, "", at_once, None, dask=cluster.address, store=address)) as executor,
        ):
            executor.submit(fit_planned, plans[0]).result()
            began = time.perf_counter()
            answers = [executor.submit(fit_planned, plan) for plan in plans[1:]]
            assert all(answer.result().status == "finished" for answer in answers)
            return (time.perf_counter() - began) / runs


def empty_runs(folder: Path, homes: Sequence[Path], runs: int) -> list[RunPlan]:
    """Plans that differ in their seeds, of which the homes have results: copies of one."""
    study = small_study(folder / "data", seeds=[0])
    first = plan_runs(study.spec, approaches_of(study.spec), study.prepared, folder / "runs")[0]
    trained = fit_run(first).folder
    plans = [first.with_seed(seed) for seed in range(1, runs + 1)]
    for home in homes:
        for plan in plans:
            shutil.copytree(trained, home / plan.key)
    return plans


def main() -> None:
    """Print milliseconds a call and the number of workers that one study keeps busy."""
    # Each process imports this module anew, as it would the command, and Dask is no part of that.
    from flows.dask_runs import dask_runs
    from tests.flows.dask_cluster import dask_cluster

    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--runs", type=int, default=100, help="through the store")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with processes(asked.workers) as local:
            here = seconds_a_call(local, asked.calls)
        with dask_cluster(folder, asked.workers) as cluster, dask_runs(cluster.address, folder, 1) as executor:
            there = seconds_a_call(executor, asked.calls)
        stored = seconds_through_store(folder / "store", asked.workers, asked.runs, 4 * asked.workers)
    told = f"a run: processes {1e3 * here:.1f} ms, Dask {1e3 * there:.1f} ms, by way of a store {1e3 * stored:.1f} ms\n"
    sys.stdout.write(told)
    for seconds in (1, 10, 60):
        sys.stdout.write(
            f"runs of {seconds} s: one study keeps {seconds / there:.0f} Dask workers busy,"
            f" {seconds / stored:.0f} by way of a store\n"
        )
    sys.stdout.write(
        f"100 workers wait for one study where runs take less than {100 * stored:.0f} s by way of a store\n"
    )


if __name__ == "__main__":
    main()
