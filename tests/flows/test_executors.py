"""A worker that dies takes its own run with it and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.executors import PRELOADED, ProcessPerCall, WorkerDiedError
from mtl.errors import DataError
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import plan_runs
from mtl.training.results import RunResult
from tests.flows import work
from tests.flows.waiting import ended, until
from tests.mtl.studies import small_study


@pytest.fixture(scope="module")
def executor() -> Iterator[ProcessPerCall]:
    with ProcessPerCall(2, preload=(*PRELOADED, "tests.flows.work")) as executor:
        yield executor


def test_every_call_has_a_process_of_its_own(executor: ProcessPerCall) -> None:
    answers = list(executor.map(work.who, range(4)))
    assert [value for _, value in answers] == [0, 1, 2, 3]
    assert len({pid for pid, _ in answers} - {os.getpid()}) == 4


def test_calls_run_side_by_side(executor: ProcessPerCall, tmp_path: Path) -> None:
    pair = [executor.submit(work.meet, str(tmp_path), *names) for names in (("a", "b"), ("b", "a"))]
    assert [future.result() for future in pair] == [True, True]


def test_what_a_call_raises_is_raised(executor: ProcessPerCall) -> None:
    with pytest.raises(DataError, match="no such column"):
        executor.submit(work.fail, "no such column").result()


def test_an_answer_may_be_large(executor: ProcessPerCall) -> None:
    assert len(executor.submit(work.large, 10_000_000).result()) == 10_000_000


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_killed_worker_is_named_and_the_others_go_on(executor: ProcessPerCall, number: signal.Signals) -> None:
    before, killed, after = (
        executor.submit(work.who, 1),
        executor.submit(work.die, number),
        executor.submit(work.who, 2),
    )
    with pytest.raises(WorkerDiedError, match=f"killed by {number.name}"):
        killed.result()
    assert [before.result()[1], after.result()[1]] == [1, 2]


def test_a_worker_that_ends_without_an_answer_is_not_an_answer(executor: ProcessPerCall) -> None:
    with pytest.raises(WorkerDiedError, match="status 7"):
        executor.submit(work.leave).result()


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import sys\n"
        "from flows.executors import ProcessPerCall\n"
        "from tests.flows import work\n"
        "if __name__ == '__main__':\n"
        f"    ProcessPerCall(1, preload=('tests.flows.work',)).submit(work.wait_for_ever, {str(note)!r}).result()\n"
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
        with ProcessPerCall(workers) as executor:
            results[workers] = list(executor.map(fit_run, plans))
    assert len(results[1]) == len(results[3]) == 10
    for one, other in zip(results[1], results[3], strict=True):
        for name in ("weights.safetensors", "history.json", "validation.npz"):
            assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes(), (one.folder.name, name)
