"""Rows of a file, some at a time: the same as at once, from wherever one begins."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data import delimited
from mtl.data.row_chunks import is_spelled, names_in, row_chunks, rows_in
from mtl.errors import DataError, SpecError

TABLE = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0, -2.0, 7.25, 0.0, 9.0],
        "count": [1, 2, 3, 4, 5, 6, 7],
        "word": ["007", "NA", "a, b", "x", None, "8", "9"],
    }
)

Write = Callable[[Path], None]
FILES: dict[str, Write] = {
    "rows.parquet": lambda path: TABLE.to_parquet(path, row_group_size=3),
    "rows.feather": lambda path: pa.feather.write_feather(pa.Table.from_pandas(TABLE), str(path), chunksize=2),
    "rows.csv": lambda path: TABLE.to_csv(path, index=False),
    "rows.tsv.gz": lambda path: TABLE.to_csv(path, index=False, sep="\t"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    for name, write in FILES.items():
        write(folder / name)
    return {name: folder / name for name in FILES}


@given(name=st.sampled_from(sorted(FILES)), start=st.integers(0, len(TABLE)), chunk=st.integers(1, 9))
def test_the_rest_of_the_rows_comes_in_order(files: dict[str, Path], name: str, start: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "ROWS_A_CHUNK", chunk)
        found = [table.to_pandas() for table in row_chunks(files[name], ["word", "number"], {"word"}, start)]
    rows = pd.concat(found, ignore_index=True) if found else TABLE[:0][["word", "number"]]
    assert rows["number"].tolist() == pytest.approx(TABLE["number"][start:].tolist(), nan_ok=True)
    assert rows["word"].astype(object).where(rows["word"].notna(), None).tolist() == (
        TABLE["word"][start:].astype(object).where(TABLE["word"][start:].notna(), None).tolist()
    )


def test_a_file_says_its_columns_and_some_say_their_rows(files: dict[str, Path]) -> None:
    assert {names_in(file) for file in files.values()} == {("number", "count", "word")}
    assert {name: rows_in(file) for name, file in files.items()} == {
        "rows.parquet": 7,
        "rows.feather": None,
        "rows.csv": None,
        "rows.tsv.gz": None,
    }
    assert [name for name, file in files.items() if is_spelled(file)] == ["rows.csv", "rows.tsv.gz"]


def test_a_row_group_of_all_rows_comes_in_parts(tmp_path: Path) -> None:
    rows = pa.table({"x": np.arange(200_000, dtype=np.float64)})
    pq.write_table(rows, tmp_path / "long.parquet", row_group_size=200_000)
    chunks = list(row_chunks(tmp_path / "long.parquet", ["x"], (), 10))
    assert max(chunk.num_rows for chunk in chunks) <= 1 << 16
    assert pa.concat_tables(chunks)["x"].to_pylist() == rows["x"].to_pylist()[10:]


@pytest.mark.parametrize("name", ["rows.parquet", "rows.feather"])
def test_what_is_no_such_file_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no table")
    with pytest.raises(DataError, match=rf"{name}' cannot be read as \."):
        list(row_chunks(tmp_path / name, ["x"], ()))


def test_a_format_that_is_none_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"cannot read '\.xlsx'; allowed: \.csv"):
        names_in(tmp_path / "rows.xlsx")


def test_a_row_that_is_longer_than_the_header_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"rows\.csv' cannot be read as \.csv"):
        list(row_chunks(tmp_path / "rows.csv", ["a"], ()))
