"""Peak resident memory of training on 5 million rows of 50 float32 features, against the prepared arrays on disk.

The training side is written in pieces and read back memory-mapped, as a study's is; a fresh process fits two tasks
for one epoch. Pages of the memory map count as resident while they are mapped, though the system may drop them.

    python -m tests.mtl.training.bench_memory [ROWS]
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import torch
from numpy.lib.format import open_memmap

from mtl.data.prepared import OF_ROWS, Prepared
from mtl.data.transforms import Transforms
from mtl.features.kinds.numeric import Numeric
from mtl.features.plain import PlainShape
from mtl.models.shape import HeadShape, NetworkShape
from mtl.spec import TrainingSpec
from mtl.storage import write_json
from mtl.tasks.task import Task
from mtl.training.fit import Budget, fit
from mtl.weighting.schemes.equal import Equal

ROWS, FEATURES, TASKS, PIECE = 5_000_000, 50, 2, 100_000


def write_side(folder: Path, rows: int) -> int:
    """Write a side's arrays and return their bytes."""
    of_rows = folder / OF_ROWS
    of_rows.mkdir(parents=True)
    random = np.random.default_rng(0)
    np.save(of_rows / "units.npy", np.arange(rows))
    np.save(of_rows / "rows.npy", np.arange(rows))
    numeric = open_memmap(folder / "numeric.npy", "w+", np.float32, (rows, FEATURES))
    labels = open_memmap(of_rows / "labels.npy", "w+", np.float64, (rows, TASKS))
    for start in range(0, rows, PIECE):
        piece = random.standard_normal((min(PIECE, rows - start), FEATURES), dtype=np.float32)
        numeric[start : start + PIECE] = piece
        labels[start : start + PIECE] = piece[:, :TASKS] + random.standard_normal((len(piece), TASKS))
        labels[start : start + PIECE : 10, 0] = np.nan
    return sum(file.stat().st_size for file in folder.rglob("*.npy"))


def train(folder: Path) -> None:
    """One epoch, and what it took, in this process."""
    torch.set_num_threads(1)
    prepared = Prepared(folder, "")
    tasks = tuple(Task(f"t{k}", "regression", "mse", "r2", False, 0.0, 1.0, (), 2.0) for k in range(TASKS))
    shape = NetworkShape({"numeric": PlainShape(FEATURES)}, (HeadShape(1),) * TASKS, (64,))
    budget = Budget(shape, TrainingSpec(batch_size=4096, epochs=1), 0)
    before, start = _peak(), perf_counter()
    fit(tasks, Equal(), prepared.side("train"), prepared.side("validation"), budget)
    sys.stdout.write(f"{before} {_peak()} {perf_counter() - start}\n")


def _peak() -> int:
    """Bytes, on Linux. Not getrusage's, which a process takes over from the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main(rows: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_json(folder / "transforms.json", Transforms({"numeric": Numeric((), ())}).to_list())
        arrays = write_side(folder / "train", rows) + write_side(folder / "validation", rows // 100)
        command = [sys.executable, "-m", "tests.mtl.training.bench_memory", "train", str(folder)]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    before, peak, seconds = float(found[0]), float(found[1]), float(found[2])
    sys.stdout.write(
        f"\n{rows:,} rows x {FEATURES} float32: prepared arrays {arrays / 1e9:.2f} GB,"
        f" peak resident {peak / 1e9:.2f} GB (before training {before / 1e9:.2f} GB):"
        f" {peak / arrays:.2f} x the arrays; {seconds:.0f} s per epoch\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        train(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
