"""One table from its file to arrays, in a process of its own, whose memory the kernel has counted.

python -m tests.bench_data.measured FILE HOME prints what was found as JSON.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time

import data_checks
from mtl.data.prepared import prepare
from mtl.data.read_table import read_study
from mtl.data.splits import SIDES
from mtl.spec import load_spec


@dataclass(frozen=True)
class Measured:
    """What a table took.

    Attributes:
        rows: that the frame holds.
        prepared: of them, those that are on a side.
        wall: seconds in all, which depend on what else the machine does.
        seconds: of the processor, by step.
        peak: bytes of memory that were resident at a time, in this process or in a child of it.
        disk: bytes of the frame and of the arrays.
    """

    rows: int
    prepared: int
    wall: float
    seconds: dict[str, float]
    peak: int
    disk: int


def measure(spec_file: Path, home: Path) -> Measured:
    """Read, check, split and prepare the table of a spec."""
    started, seconds = perf_counter(), dict[str, float]()
    with timed(seconds, "read"):
        spec, frame = read_study(load_spec(str(spec_file), {}), home / "cache", home / "frames")
    with timed(seconds, "check"):
        report = data_checks.check_once(spec, frame, home / "docs")
    if not report.passed:
        raise SystemExit(report.summary())
    with timed(seconds, "prepare"):
        prepared = prepare(spec, frame, home / "prepared")
    wall = perf_counter() - started
    disk = sum(file.stat().st_size for file in (frame.path, *prepared.path.rglob("*.npy")))
    return Measured(report.rows, sum(len(prepared.side(side)) for side in SIDES), wall, seconds, _peak(), disk)


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Note the processor seconds of the block."""
    started = process_time()
    yield
    seconds[step] = process_time() - started


def _peak() -> int:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return max(1024 * int(status["VmHWM"].split()[0]), 1024 * getrusage(RUSAGE_CHILDREN).ru_maxrss)


if __name__ == "__main__":
    found = measure(*map(Path, sys.argv[1:]))
    sys.stdout.write(json.dumps(asdict(found)))
