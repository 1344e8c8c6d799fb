"""What a schedule writes, tick by tick, and what a year of it would keep: `python -m tests.flows.bench_year`.

Ticks are real: `mtl schedule` runs, and each is asked for at its Prefect server as the clock would. Most find nothing
new; some find other rows and retrain. Then all records are made old, and are cleaned as the schedule cleans them.
"""

import argparse
import os
import signal
import sqlite3
import statistics
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pandas as pd

from mtl.storage import read_json
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.waiting import until

OFTEN = {"PREFECT_RUNNER_POLL_FREQUENCY": "1"}
"""Seconds between looks for ticks; ten by default."""

STORES = {"MLflow": ("mlflow.db", "artifacts"), "Prefect": ("prefect",)}


def sizes(home: Path) -> dict[str, int]:
    """Bytes on the disk of MLflow's store, Prefect's, and the rest of a home."""
    found = {name: sum(_bytes(home / place) for place in places) for name, places in STORES.items()}
    return {**found, "home": _bytes(home) - sum(found.values())}


def _bytes(place: Path) -> int:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files)


def settled(home: Path) -> dict[str, int]:
    """Sizes once SQLite's log is part of its file."""
    with closing(sqlite3.connect(home / "prefect" / "prefect.db", timeout=60)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    return sizes(home)


def tick(home: Path) -> float:
    """Ask for a tick, wait for its end, and give the seconds that its process took."""
    api = read_json(home / "prefect-api-url")["api"]
    run = until(lambda: _asked_for(home, api), "the beginning of a tick")
    until(lambda: _state(api, run) == "COMPLETED", "the end of a tick")
    return float(httpx.get(f"{api}/flow_runs/{run}", timeout=60).json()["total_run_time"])


def _asked_for(home: Path, api: str) -> str | None:
    """The run that a busy server begins in the end, and what it says until then."""
    answer = httpx.post(f"{api}/deployments/{_deployed(home)}/create_flow_run", json={}, timeout=60)
    if not answer.is_success:
        told(f"the server answers {answer.status_code}: {answer.text[:500]}")
    return str(answer.json()["id"]) if answer.is_success else None


def _deployed(home: Path) -> str | None:
    api = read_json(home / "prefect-api-url")["api"]
    answer = httpx.get(f"{api}/deployments/name/retrain/clinics", timeout=60)
    return str(answer.json()["id"]) if answer.is_success else None


def _state(api: str, run: str) -> str:
    time.sleep(0.2)
    state = str(httpx.get(f"{api}/flow_runs/{run}", timeout=60).json()["state_type"])
    assert state not in {"FAILED", "CRASHED", "CANCELLED"}, state
    return state


def new_rows(folder: Path, number: int) -> None:
    """The data without some of their rows: other data, as far as a study is concerned."""
    path = folder / "clinics.parquet"
    pd.read_parquet(path).iloc[: -(number + 1)].to_parquet(path)


def all_old(home: Path) -> None:
    """Every record and every file as if it were 200 days old."""
    days, moment = 200, time.time() - 200 * 86_400
    with closing(sqlite3.connect(home / "mlflow.db", timeout=60)) as database, database:
        change = "update runs set start_time = start_time - ?, end_time = end_time - ?"
        database.execute(change, (days * 86_400_000,) * 2)
        database.execute("delete from tags where key = 'unchanged.until'")
    with closing(sqlite3.connect(home / "prefect" / "prefect.db", timeout=60)) as database, database:
        for table, column in (("flow_run", "end_time"), ("events", "occurred"), ("event_resources", "occurred")):
            change = f"update {table} set {column} = strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{days} days')"
            database.execute(change)
    for file in home.rglob("*"):
        os.utime(file, (moment, moment))


def run(folder: Path, ticks: int, retrains: int) -> None:
    """Print what ticks took and wrote."""
    home, spec = folder / "home", write_clinics(folder, schemes=["equal"], seeds=[0])
    mtl(home, "run", spec, own_prefect=True)
    scheduled = start_mtl(home, "schedule", spec, "--cron", "0 0 29 2 *", own_prefect=True, **OFTEN)
    with scheduled as process, ExitStack() as ends:
        ends.callback(process.send_signal, signal.SIGINT)
        assert process.stdout is not None
        process.stdout.readline()
        until(lambda: _deployed(home), "the deployment")
        tick(home)
        seconds: dict[str, list[float]] = {"idle": [], "retrain": []}
        written: dict[str, dict[str, int]] = {kind: dict.fromkeys((*STORES, "home"), 0) for kind in seconds}
        before = start = settled(home)
        often = max(1, ticks // retrains) if retrains else ticks + 1
        for number in range(1, ticks + retrains + 1):
            kind = "retrain" if number % (often + 1) == 0 else "idle"
            if kind == "retrain":
                new_rows(folder, number)
            seconds[kind].append(tick(home))
            after = settled(home)
            for store in after:
                written[kind][store] += after[store] - before[store]
            before = after
            if number % 10 == 0:
                told(f"{number} ticks: {before}, the last took {seconds[kind][-1]:.1f} s")
    told(f"before {start}, after {before}")
    for kind, taken in seconds.items():
        if taken:
            each = {store: round(size / len(taken)) for store, size in written[kind].items()}
            told(f"{kind}: {len(taken)}, median {statistics.median(taken):.1f} s, most {max(taken):.1f} s; {each}")
    all_old(home)
    told(mtl(home, "clean", "--keep", "0").out)
    told(f"cleaned {settled(home)}")


def told(line: str) -> None:
    """At once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """As the command says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=200, help="that find nothing new")
    parser.add_argument("--retrains", type=int, default=4, help="among them")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="mtl-year-") as folder:
        run(Path(folder), asked.ticks, asked.retrains)


if __name__ == "__main__":
    main()
