"""Several processes behind one port: they follow the champion, are replaced when they die, and end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

import mtl
from tests.mtl.serving import bundles

ROOT = Path(str(mtl.__file__)).parent.parent
DEADLINE = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")]


@contextmanager
def served(champion: Path, *more: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The first process, and where it serves."""
    command = [sys.executable, "-m", "tests.mtl.serving.serve_workers", *map(str, (champion, *more))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def say(champion: Path, *words: object) -> None:
    partial = champion.with_suffix(".new")
    partial.write_text(" ".join(map(str, words)), encoding="utf-8")
    partial.rename(champion)


def children(process: "subprocess.Popen[str]") -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text(encoding="ascii").split()]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, "it did not come to be"


def asked(url: str) -> dict[str, object]:
    """On a connection of its own, which any of the processes may take."""
    answer: dict[str, object] = httpx.get(f"{url}/health", trust_env=False, timeout=DEADLINE).json()
    return answer


def test_all_follow_and_end_together(tmp_path: Path) -> None:
    champion, first, second = tmp_path / "champion", *(bundles.bundle(tmp_path / str(k), seed=k) for k in (1, 2))
    say(champion, 1, first)
    with served(champion) as (process, url):
        assert {asked(url)["version"] for _ in range(20)} == {"1"}
        say(champion, 2, second)
        until(lambda: all(asked(url)["version"] == "2" for _ in range(20)))
        say(champion, "unreachable")
        until(lambda: all(asked(url)["reload_error"] == "unreachable" for _ in range(20)))
        assert asked(url)["version"] == "2"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=DEADLINE)
        assert (process.returncode, out) == (0, "stopped\n")
        with pytest.raises(httpx.ConnectError):
            asked(url)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc for children")
def test_one_that_dies_is_replaced_and_none_outlives_the_first(tmp_path: Path) -> None:
    champion = tmp_path / "champion"
    say(champion, 1, bundles.bundle(tmp_path / "1", seed=1))
    with served(champion) as (process, url):
        before = children(process)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(set(children(process)) - set(before)) == 1)
        until(lambda: {asked(url)["version"] for _ in range(20)} == {"1"})
        last = children(process)
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in last))


def test_without_a_champion_nothing_is_served(tmp_path: Path) -> None:
    say(tmp_path / "champion", "none")
    command = [sys.executable, "-m", "tests.mtl.serving.serve_workers", str(tmp_path / "champion")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert ended.returncode == 1
    assert ended.stderr.endswith("MtlError: none\n")


def test_what_any_of_them_predicted_is_logged_when_they_have_ended(tmp_path: Path) -> None:
    champion, log = tmp_path / "champion", tmp_path / "log"
    say(champion, "1", bundles.bundle(tmp_path / "bundle"))
    with served(champion, log) as (process, url):
        rows = [{"age": age, "weight": 60.0, "city": "Bonn", "note": "tired"} for age in range(12)]
        for row in rows:
            answer = httpx.post(
                f"{url}/invocations", json={"dataframe_records": [row]}, trust_env=False, timeout=DEADLINE
            )
            assert answer.status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    files = list(log.glob("*/*.parquet"))
    ages = [age for file in files for age in pq.ParquetFile(file).read()["input.age"].to_pylist()]
    assert sorted(ages) == [row["age"] for row in rows]
    assert [path for path in log.rglob("*") if path.is_file() and path not in files] == []
