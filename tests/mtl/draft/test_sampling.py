"""A bounded look at files: how many rows there are, which were read, how they are written."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.data.delimited import Dialect
from mtl.draft import sampling
from mtl.draft.sampling import take_sample
from mtl.errors import DataError, UserError

ROWS = 4000
TABLE = pd.DataFrame({"row": np.arange(ROWS), "x": np.arange(ROWS) / 4, "name": [f"näme {n % 7}" for n in range(ROWS)]})


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few kilobytes are large."""
    monkeypatch.setattr(sampling, "START", 2_000)
    monkeypatch.setattr(sampling, "MOST_BYTES", 20_000)
    monkeypatch.setattr(sampling, "BYTES", 16_000)
    monkeypatch.setattr(sampling, "MOST_CELLS", 6_000)
    monkeypatch.setattr(sampling, "CELLS", 2_400)


def as_text(path: Path) -> None:
    TABLE.to_csv(path, index=False, sep=";", decimal=",", encoding="latin-1")


def as_parquet(path: Path) -> None:
    TABLE.to_parquet(path, row_group_size=500)


def as_archive(path: Path) -> None:
    path.write_bytes(gzip.compress(TABLE.to_csv(index=False).encode()))


WRITERS: dict[str, Callable[[Path], None]] = {
    "rows.csv": as_text,
    "rows.parquet": as_parquet,
    "rows.csv.gz": as_archive,
}


@pytest.mark.parametrize("name", [*WRITERS, "rows.feather"])
def test_a_small_file_is_read_whole(tmp_path: Path, name: str) -> None:
    {**WRITERS, "rows.feather": TABLE.to_feather}[name](tmp_path / name)
    sample = take_sample(tmp_path / name)
    assert (sample.rows, sample.whole, sample.which) == (ROWS, True, "all 4,000 rows")
    pd.testing.assert_frame_equal(sample.table, TABLE)


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("name", WRITERS)
def test_of_a_large_file_a_part_is_read_and_its_rows_are_counted(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    sample = take_sample(tmp_path / name)
    assert sample.rows == ROWS
    assert 0 < len(sample.table) < ROWS / 2
    assert f"{len(sample.table):,} of " in sample.which
    assert list(sample.table.columns) == list(TABLE.columns)
    assert set(sample.table["name"]) == set(TABLE["name"])
    assert sample.table["x"].dtype == float
    assert not sample.table["row"].duplicated().any()


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_the_part_is_from_start_to_end(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    rows = take_sample(tmp_path / name).table["row"]
    assert rows.min() == 0
    assert rows.max() > 0.85 * ROWS
    assert rows.between(0.25 * ROWS, 0.75 * ROWS).any()


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("name", WRITERS)
def test_some_columns_are_read_of_all_rows(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    columns = take_sample(tmp_path / name).columns(["x", "row"])
    assert columns is not None
    pd.testing.assert_frame_equal(columns, TABLE[["x", "row"]])


@pytest.mark.usefixtures("little")
def test_of_too_many_rows_none_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MOST_KEYS", 100)
    as_text(tmp_path / "rows.csv")
    assert take_sample(tmp_path / "rows.csv").columns(["row"]) is None


def test_what_differs_from_the_usual_is_to_be_written(tmp_path: Path) -> None:
    as_text(tmp_path / "rows.csv")
    assert take_sample(tmp_path / "rows.csv").written == {"separator": ";", "decimal": ",", "encoding": "latin-1"}
    TABLE.to_csv(tmp_path / "rows.tsv", sep="\t", index=False)
    assert take_sample(tmp_path / "rows.tsv").written == {}
    assert take_sample(tmp_path / "rows.tsv").dialect == Dialect("\t")
    as_parquet(tmp_path / "rows.parquet")
    assert take_sample(tmp_path / "rows.parquet").written == {}


@pytest.mark.usefixtures("little")
def test_the_encoding_is_of_all_bytes_and_not_of_the_first(tmp_path: Path) -> None:
    plain = TABLE.assign(name="name").to_csv(index=False)
    (tmp_path / "rows.csv").write_bytes(plain.encode() + "9999;0;Ärger\n".replace(";", ",").encode("latin-1"))
    assert take_sample(tmp_path / "rows.csv").written == {"encoding": "latin-1"}


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_many_files_are_one_table_of_which_some_are_read(tmp_path: Path, suffix: str) -> None:
    for number in range(8):
        part = TABLE[number * 500 : (number + 1) * 500]
        write = part.to_parquet if suffix == "parquet" else lambda path, part=part: part.to_csv(path, index=False)
        write(tmp_path / f"part-{number}.{suffix}")
    sample = take_sample(tmp_path / f"part-*.{suffix}")
    assert sample.rows == ROWS
    assert {0, 7} <= set(sample.table["row"] // 500)
    columns = sample.columns(["row"])
    assert columns is not None
    assert columns["row"].tolist() == list(range(ROWS))


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("index", ["row", "name"])
def test_an_index_of_pandas_is_a_column(tmp_path: Path, index: str) -> None:
    file = tmp_path / "rows.parquet"
    TABLE.set_index(index).to_parquet(file, row_group_size=500)
    sample = take_sample(file)
    assert set(sample.table.columns) == set(TABLE.columns)
    columns = sample.columns([index])
    assert columns is not None
    assert columns[index].tolist() == TABLE[index].tolist()


def test_no_file_and_no_rows_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # so that no path is so long that it is told in part
    with pytest.raises(UserError, match=r"^FILE: no file '.*none\*\.csv'; give a CSV, TSV, Parquet or Feather file$"):
        take_sample(Path("none*.csv"))
    TABLE[:0].to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match=r"rows\.parquet' holds no rows: expected a line for each"):
        take_sample(tmp_path / "rows.parquet")
