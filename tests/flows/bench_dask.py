"""What a run costs beside its training, on processes and on a Dask cluster: `python -m tests.flows.bench_dask`.

The calls do nothing, so that all of their time is overhead. Where a cluster saturates follows from it: the study's
process hands out one run after another, so workers wait for it where there are more of them than the seconds of a run
divided by the seconds that handing one out takes.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import Executor, wait
from pathlib import Path

from flows.executors import processes
from tests.flows import work


def seconds_a_call(executor: Executor, calls: int) -> float:
    """Of so many calls that are submitted at once, from the first submission to the last answer."""
    executor.submit(work.who, 0).result()
    began = time.perf_counter()
    wait([executor.submit(work.who, number) for number in range(calls)])
    return (time.perf_counter() - began) / calls


def main() -> None:
    """Print milliseconds a call and the number of workers that one study keeps busy."""
    # Each process imports this module anew, as it would the command, and Dask is no part of that.
    from flows.dask_runs import dask_runs
    from tests.flows.dask_cluster import dask_cluster

    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with processes(asked.workers) as local:
            here = seconds_a_call(local, asked.calls)
        with dask_cluster(folder, asked.workers) as cluster, dask_runs(cluster.address, folder, 1) as executor:
            there = seconds_a_call(executor, asked.calls)
    sys.stdout.write(f"processes {1e3 * here:.1f} ms a run, Dask {1e3 * there:.1f} ms a run\n")
    for seconds in (1, 10, 60):
        sys.stdout.write(f"runs of {seconds} s: one study keeps {seconds / there:.0f} Dask workers busy\n")


if __name__ == "__main__":
    main()
