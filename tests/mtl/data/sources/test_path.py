"""Files however they are written: separators, decimals, encodings, compression, several of them."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.data.read_table import read_source
from mtl.data.sources.path import PathSource
from mtl.errors import DataError, MtlError, SpecError
from mtl.spec import parse_spec
from tests.mtl.data.patients import TEXT, patients

CSV = "id,age,weight,city,note,ill,stage,cost\n1,20,60.5,Düren,well,0,early,5.5\n2,,61.0,Bonn,,1,late,6.5\n"
SEMICOLONS = CSV.replace(",", ";").replace(".", ",")


def read(file: Path, more: str = "") -> pd.DataFrame:
    text = TEXT.replace("path: patients.parquet", f"path: '{file.name}'{more}")
    spec = parse_spec(text, "patients.yaml", file.parent)
    return read_source(spec, file.parent / "cache", file.parent / "frames").table


def problem(file: Path, more: str = "", kind: type[MtlError] = SpecError) -> str:
    with pytest.raises(kind) as caught:
        read(file, more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "more"),
    [
        ("rows.csv", SEMICOLONS.encode(), ", separator: ';', decimal: ','"),
        ("rows.csv", SEMICOLONS.encode("latin-1"), ", separator: ';', decimal: ',', encoding: latin-1"),
        ("rows.csv", SEMICOLONS.encode("utf-16"), ", separator: ';', decimal: ',', encoding: utf-16"),
        ("rows.csv", CSV.replace(",", "|").encode("cp1252"), ", separator: '|', encoding: cp1252"),
        ("rows.csv", CSV.replace(",", "\t").encode(), ', separator: "\\t"'),
        ("rows.csv.gz", gzip.compress(CSV.encode(), mtime=0), ""),
        ("rows.TSV.gz", gzip.compress(SEMICOLONS.replace(";", "\t").encode(), mtime=0), ", decimal: ','"),
    ],
)
def test_a_table_of_text_is_read_as_the_spec_says_that_it_is_written(
    tmp_path: Path, name: str, content: bytes, more: str
) -> None:
    (tmp_path / name).write_bytes(content)
    table = read(tmp_path / name, more)
    assert table["city"].tolist() == ["Düren", "Bonn"]
    assert table["weight"].tolist() == [60.5, 61.0]
    assert table["note"].isna().tolist() == [False, True]


def test_feather_is_read_with_what_pandas_made_an_index_of(tmp_path: Path) -> None:
    patients().to_feather(tmp_path / "rows.feather")
    table = read(tmp_path / "rows.feather")
    assert_frame_equal(table, patients()[list(table.columns)])


def test_several_files_are_one_table_in_the_order_of_their_names(tmp_path: Path) -> None:
    whole = patients().sort_values("id")
    whole.iloc[40:].to_csv(tmp_path / "part-2.csv", index=False)
    whole.iloc[:40].iloc[:, ::-1].to_csv(tmp_path / "part-1.csv", index=False)
    table = read(tmp_path / "part-*.csv")
    assert table["id"].tolist() == whole["id"].tolist()
    assert table["city"].tolist() == whole["city"].tolist()


def test_a_column_that_holds_words_in_one_file_holds_words_in_all(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV.replace("Düren", "7").replace("Bonn", "8"), encoding="utf-8")
    (tmp_path / "b.csv").write_text(CSV.replace("\n1,", "\n3,").replace("\n2,", "\n4,"), encoding="utf-8")
    assert read(tmp_path / "?.csv")["city"].tolist() == ["7", "8", "Düren", "Bonn"]


def test_files_of_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "b.csv").write_text(CSV.replace("weight", "mass"), encoding="utf-8")
    assert problem(tmp_path / "?.csv", kind=DataError) == (
        "patients.yaml:2: data.path: 'a.csv' and 'b.csv' are to be one table, of the same columns; they differ in"
        " 'mass', 'weight'"
    )
    assert problem(tmp_path / "c*.csv").startswith("patients.yaml:2: data.path: no file '")


def test_what_is_said_of_text_is_a_mistake_where_the_file_is_none(tmp_path: Path) -> None:
    patients().to_parquet(tmp_path / "rows.parquet")
    assert problem(tmp_path / "rows.parquet", ", separator: ';'") == (
        "patients.yaml:2: data.path: separator: of tables of text alone; a .parquet file says itself how it is written"
    )
    with pytest.raises(
        SpecError, match=r"data\.decimal: of text files alone; remove it, for the rows come from example"
    ):
        parse_spec(TEXT.replace("path: patients.parquet", "example: health, decimal: ','"))
    with pytest.raises(SpecError, match=r"data\.encoding: no such encoding as 'utf-88'; expected utf-8, utf-16"):
        parse_spec(TEXT.replace("path: patients.parquet", "path: rows.csv, encoding: utf-88"))


def test_a_cut_archive_and_another_encoding_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(CSV.encode() * 50)[:-20])
    assert " cannot be read as .csv: " in problem(tmp_path / "rows.csv.gz", kind=DataError)
    (tmp_path / "rows.csv").write_bytes(CSV.encode("latin-1"))
    assert "'utf-8' codec can't decode" in problem(tmp_path / "rows.csv", kind=DataError)


def test_the_spelling_is_no_part_of_the_path() -> None:
    source = PathSource.of("path", "rows.csv", {"separator": ";"})
    assert (source.separator, source.plain()) == (";", "rows.csv")
    assert source.below(Path("/data")).separator == ";"


def test_dates_are_read_in_the_spelling_that_the_spec_names(tmp_path: Path) -> None:
    table = patients().assign(day=lambda each: pd.to_datetime(each["day"]).dt.strftime("%d.%m.%Y"))
    table.to_csv(tmp_path / "rows.csv", index=False)
    text = TEXT.replace("path: patients.parquet", "path: rows.csv, dates: {day: '%d.%m.%Y'}")
    spec = parse_spec(text + "split: {by: group, column: day}\n", "patients.yaml", tmp_path)
    days = read_source(spec, tmp_path / "cache", tmp_path / "frames").table["day"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == pd.to_datetime(patients()["day"]).dt.strftime("%Y-%m-%d").tolist()
    wrong = parse_spec(text.replace("{day:", "{dya:"), "patients.yaml", tmp_path)
    with pytest.raises(
        SpecError, match=r"patients.yaml:2: data.dates.dya: no column 'dya' in the data; did you mean 'day'"
    ):
        read_source(wrong, tmp_path / "cache", tmp_path / "frames")
