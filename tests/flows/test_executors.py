"""A worker that dies takes its own run with it and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pickle import PicklingError

import pytest

from flows.executors import CALLS, PRELOADED, WorkerDiedError, WorkerProcesses
from mtl.errors import DataError
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import plan_runs
from mtl.training.results import RunResult
from tests.flows import work
from tests.flows.waiting import ended, until
from tests.mtl.studies import small_study


@pytest.fixture(scope="module")
def executor() -> Iterator[WorkerProcesses]:
    with WorkerProcesses(2, preload=(*PRELOADED, "tests.flows.work")) as executor:
        yield executor


def test_workers_take_call_after_call_and_are_replaced_in_time(tmp_path: Path) -> None:
    with WorkerProcesses(1, preload=("tests.flows.work",)) as executor:
        answers = list(executor.map(work.who, range(CALLS + 2)))
    assert [value for _, value in answers] == list(range(CALLS + 2))
    pids = [pid for pid, _ in answers]
    assert len(set(pids[:CALLS])) == len(set(pids[CALLS:])) == 1
    assert len({*pids, os.getpid()}) == 3
    assert all(ended(pid) for pid in set(pids)), "no worker outlives its executor"


def test_a_worker_that_was_killed_while_idle_is_replaced() -> None:
    with WorkerProcesses(1, preload=("tests.flows.work",)) as executor:
        [first, _] = executor.submit(work.who, 1).result()
        os.kill(first, signal.SIGKILL)
        assert ended(first)
        [second, value] = executor.submit(work.who, 2).result()
        assert (value, second == first) == (2, False)


def test_a_call_that_cannot_be_sent_costs_no_worker() -> None:
    with WorkerProcesses(1, preload=("tests.flows.work",)) as executor:
        [pid, _] = executor.submit(work.who, 1).result()
        with pytest.raises((AttributeError, PicklingError)):
            executor.submit(lambda: None).result()
        assert executor.submit(work.who, 2).result() == (pid, 2)


def test_calls_run_side_by_side(executor: WorkerProcesses, tmp_path: Path) -> None:
    pair = [executor.submit(work.meet, str(tmp_path), *names) for names in (("a", "b"), ("b", "a"))]
    assert [future.result() for future in pair] == [True, True]


def test_what_a_call_raises_is_raised(executor: WorkerProcesses) -> None:
    with pytest.raises(DataError, match="no such column"):
        executor.submit(work.fail, "no such column").result()


def test_an_answer_may_be_large(executor: WorkerProcesses) -> None:
    assert len(executor.submit(work.large, 10_000_000).result()) == 10_000_000


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_killed_worker_is_named_and_the_others_go_on(executor: WorkerProcesses, number: signal.Signals) -> None:
    before, killed, after = (
        executor.submit(work.who, 1),
        executor.submit(work.die, number),
        executor.submit(work.who, 2),
    )
    with pytest.raises(WorkerDiedError, match=f"killed by {number.name}"):
        killed.result()
    assert [before.result()[1], after.result()[1]] == [1, 2]


def test_a_worker_that_ends_without_an_answer_is_not_an_answer(executor: WorkerProcesses) -> None:
    with pytest.raises(WorkerDiedError, match="status 7"):
        executor.submit(work.leave).result()


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import sys\n"
        "from flows.executors import WorkerProcesses\n"
        "from tests.flows import work\n"
        "if __name__ == '__main__':\n"
        f"    WorkerProcesses(1, preload=('tests.flows.work',)).submit(work.wait_for_ever, {str(note)!r}).result()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    worker = int(until(lambda: note.read_text() if note.exists() else None, "the worker's start"))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert ended(worker)


def test_the_number_of_workers_changes_no_result(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    results: dict[int, list[RunResult]] = {}
    for workers in (1, 3):
        plans = plan_runs(study.spec, approaches_of(study.spec), study.prepared, tmp_path / f"runs-{workers}")
        with WorkerProcesses(workers) as executor:
            results[workers] = list(executor.map(fit_run, plans))
    assert len(results[1]) == len(results[3]) == 10
    for one, other in zip(results[1], results[3], strict=True):
        for name in ("weights.safetensors", "history.json", "validation.npz"):
            assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes(), (one.folder.name, name)
