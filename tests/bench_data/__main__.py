"""Print how long tables of 1 to 20 million rows take from their file to arrays, and how much memory, in Markdown.

Each is generated, of 30 columns, and then read, checked, split and prepared in a process of its own.

    python -m tests.bench_data [--rows 1 5] [--formats parquet]
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench_data.generated import SPEC, columns, write_table
from tests.bench_data.measured import Measured

MILLION = 1_000_000
SIZES = (1.0, 5.0, 10.0, 20.0)
HEADINGS = ("file", "rows", "columns", "seconds", *("read", "check", "prepare", "all"), "peak GiB", "disk GB")
"""Seconds in all; those of the processor per million rows, by step; memory; the frame and the arrays."""


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for and print each line when it is there."""
    asked = _asked(arguments)
    _say(f"| {' | '.join(HEADINGS)} |\n|{' --- |' * len(HEADINGS)}")
    for suffix in asked.formats:
        for millions in asked.rows:
            with TemporaryDirectory(dir=asked.folder) as folder:
                _say(line(suffix, millions, measured(Path(folder), suffix, round(millions * MILLION))))


def measured(folder: Path, suffix: str, rows: int) -> Measured:
    """What so many rows take, in a fresh process; the files lie in `folder`."""
    file = folder / f"generated.{suffix}"
    write_table(file, rows)
    (folder / "generated.yaml").write_text(SPEC.format(file=file.name), encoding="utf-8")
    command = [sys.executable, "-m", "tests.bench_data.measured", str(folder / "generated.yaml"), str(folder / "home")]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{file.name} of {rows:,} rows: {ended.stderr.strip() or ended.returncode}")
    return Measured(**json.loads(ended.stdout))


def line(suffix: str, millions: float, found: Measured) -> str:
    """A line of the table."""
    each = [seconds / millions for seconds in found.seconds.values()]
    total = sum(found.seconds.values())
    numbers = [f"{value:.1f}" for value in (found.wall, *each, total / millions)]
    sizes = (f"{found.peak / 2**30:.2f}", f"{found.disk / 1e9:.2f}")
    return f"| {' | '.join((suffix, f'{found.rows:,}', str(len(columns())), *numbers, *sizes))} |"


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_data", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=float, nargs="+", default=SIZES, help="millions")
    parser.add_argument("--formats", nargs="+", choices=("parquet", "csv"), default=("parquet", "csv"))
    parser.add_argument("--folder", type=Path, help="of all files, up to 25 GB at a time")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
