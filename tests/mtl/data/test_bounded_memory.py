"""A table that is not held in memory takes less of it, in a process of its own, and comes to the same arrays."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench_data.__main__ import HEADINGS, line
from tests.bench_data.generated import CHUNK, SPEC, columns, parts, write_table
from tests.bench_data.measured import Measured

pytestmark = [pytest.mark.faults, pytest.mark.long]

ROWS = 500_000


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a million rows of 30 columns."""
    file = tmp_path_factory.mktemp("generated") / "generated.parquet"
    write_table(file, ROWS)
    return file


def measured(table: Path, megabytes: int) -> tuple[Measured, str]:
    """What the table takes if so much of it may be in memory at a time, and a digest of its arrays."""
    spec, home = table.parent / f"{megabytes}.yaml", table.parent / f"home-{megabytes}"
    data = f"data: {{path: {table.name}, in_memory_mb: {megabytes},"
    spec.write_text(SPEC.format(file=table.name).replace(f"data: {{path: {table.name},", data), encoding="utf-8")
    command = [sys.executable, "-m", "tests.bench_data.measured", str(spec), str(home)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    digest = hashlib.sha256()
    for file in sorted((home / "prepared").rglob("*.npy")):
        digest.update(file.name.encode() + file.read_bytes())
    return Measured(**json.loads(said)), digest.hexdigest()


def test_what_is_read_column_by_column_takes_less_memory_and_comes_to_the_same_arrays(table: Path) -> None:
    by_column, digest = measured(table, 1)
    whole, same = measured(table, 4096)
    assert by_column.rows == by_column.prepared == whole.rows == ROWS
    assert digest == same
    assert by_column.disk == whole.disk > ROWS * len(columns())
    assert set(by_column.seconds) == {"read", "check", "prepare"}
    held = whole.peak - by_column.peak
    assert held > 2**20 * 50, f"{by_column.peak >> 20} MB column by column, {whole.peak >> 20} MB as a whole"


def test_the_same_rows_are_generated_whatever_their_number(table: Path) -> None:
    first, other = next(parts(CHUNK)), next(parts(2 * CHUNK))
    assert first.equals(other)
    assert tuple(first.columns) == columns()


def test_a_line_of_the_table_tells_seconds_per_million_rows() -> None:
    seconds = {"read": 4.0, "check": 20.0, "prepare": 8.0}
    found = Measured(2_000_000, 2_000_000, 33.3, seconds, peak=3 << 29, disk=660_000_000)
    cells = line("parquet", 2.0, found).strip("| ").split(" | ")
    assert dict(zip(HEADINGS, cells, strict=True)) == {
        "file": "parquet",
        "rows": "2,000,000",
        "columns": "30",
        "seconds": "33.3",
        "read": "2.0",
        "check": "10.0",
        "prepare": "4.0",
        "all": "16.0",
        "peak GiB": "1.50",
        "disk GB": "0.66",
    }
