"""A user's file to a frame of the study's columns, or one line that says what is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.api import types
from pandas.testing import assert_frame_equal

from mtl.data.frame import Frame
from mtl.data.read_table import read_source
from mtl.data.source import Source
from mtl.errors import DataError, MtlError, SpecError
from mtl.extensions import EXAMPLES, FORMATS, SOURCES
from mtl.spec import DataSpec, Spec, parse_spec
from tests.mtl.data.patients import TEXT, patients

CSV = "id,age,weight,city,note,ill,stage,cost\n1,20,60,Aden,well,0,early,5.5\n2,,61,Bonn,,1,late,6.5\n"


def study(file: Path, more: str = "") -> Spec:
    return parse_spec(TEXT.replace("patients.parquet", file.name) + more, "patients.yaml", file.parent)


def read(file: Path, more: str = "") -> Frame:
    return read_source(study(file, more), file.parent / "cache", file.parent / "frames")


def stored(file: Path, content: str | bytes) -> Path:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def problem(file: Path, more: str = "", kind: type[MtlError] = DataError) -> str:
    with pytest.raises(kind) as caught:
        read(file, more)
    return str(caught.value)


def test_the_study_s_columns_are_stored_and_no_others(tmp_path: Path) -> None:
    patients().to_parquet(tmp_path / "patients.parquet")
    frame = read(tmp_path / "patients.parquet", "split: {by: group, column: ward}\n")
    assert frame.columns == ("id", "ward", "age", "weight", "city", "note", "ill", "stage", "cost")
    assert_frame_equal(frame.table, patients()[list(frame.columns)])
    assert frame.path.parent == tmp_path / "frames"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.CSV", CSV),
        ("rows.tsv", CSV.replace(",", "\t")),
        ("rows.csv", "\ufeff" + CSV),
        ("rows.csv", CSV.replace("\n", "\r\n")),
        ("rows.csv", "\n\n" + CSV.replace("Aden", '"Aden"')),
        # As spreadsheets write them: every row ends with an empty cell more than the header.
        ("rows.csv", CSV.replace("\n", ",\n").replace("cost,", "cost")),
    ],
)
def test_tables_of_text_are_read_whatever_wrote_them(tmp_path: Path, name: str, content: str) -> None:
    table = read(stored(tmp_path / name, content)).table
    assert table["id"].tolist() == [1, 2]
    assert table["city"].tolist() == ["Aden", "Bonn"]
    assert table["cost"].tolist() == [5.5, 6.5]
    assert table[["age", "note"]].isna().to_numpy().tolist() == [[False, False], [True, True]]


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.set_index("id"),
        lambda table: table.set_index(["city", "id"]),
        lambda table: table.set_index("id", drop=False),
        lambda table: table.iloc[::-1].iloc[::-1],
        lambda table: table.assign(**{"0": 1}),
    ],
)
def test_a_parquet_file_is_read_whatever_pandas_made_an_index_of(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    change(patients()).to_parquet(tmp_path / "patients.parquet")
    table = read(tmp_path / "patients.parquet").table
    assert_frame_equal(table, patients()[list(table.columns)])


def test_columns_may_have_numbers_for_names(tmp_path: Path) -> None:
    table = patients().drop(columns=["age", "weight"])
    numbered = pd.DataFrame({column: table[column].to_numpy() for column in table})
    numbered.columns = pd.Index(range(len(table.columns)))
    numbered.to_parquet(tmp_path / "patients.parquet")
    names = {name: str(number) for number, name in enumerate(table.columns)}
    text = TEXT.replace("[age, weight]", f"['{names['cost']}']").replace("[city]", "[]").replace("  text: note\n", "")
    for name in ("ill", "stage"):
        text = text.replace(f"{name}: {{", f"{name}: {{label: '{names[name]}', ")
    text = text.replace("  cost: {kind: regression}\n", "").replace("[id]", "['0']")
    frame = read_source(parse_spec(text, folder=tmp_path), tmp_path, tmp_path / "frames")
    assert set(frame.columns) == {"0", names["cost"], names["ill"], names["stage"]}


def test_an_example_is_read_by_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    health = EXAMPLES.get("health")
    monkeypatch.setattr(health, "read", lambda _, cache: patients().assign(note=f"health from {cache.name}"))
    spec = parse_spec(TEXT.replace("path: patients.parquet", "example: health"))
    frame = read_source(spec, tmp_path / "cache", tmp_path)
    assert set(frame.table["note"]) == {"health from cache"}


def test_each_column_that_is_not_there_is_named_where_the_spec_asks_for_it(tmp_path: Path) -> None:
    patients().rename(columns={"age": "years", "city": "town", "ill": "sick"}).to_parquet(tmp_path / "rows.parquet")
    more = (
        "split: {by: group, column: wrd}\nevaluation: {unit: dy}\n"
        "checks:\n  columns:\n    weigth: {min: 0}\n    age: {max: 150}\n"
    )
    lines = problem(tmp_path / "rows.parquet", more, SpecError).splitlines()
    columns = "columns: id, ward, day, years, weight, town, note, sick, stage, cost"
    assert lines == [
        f"patients.yaml:4: features.numeric.0: no column 'age' in the data; did you mean 'stage'? {columns}",
        f"patients.yaml:5: features.categorical.0: no column 'city' in the data; {columns}",
        f"patients.yaml:8: tasks.ill.label: no column 'ill' in the data; {columns}",
        f"patients.yaml:13: split.column: no column 'wrd' in the data; did you mean 'ward'? {columns}",
        f"patients.yaml:14: evaluation.unit: no column 'dy' in the data; did you mean 'day'? {columns}",
        f"patients.yaml:17: checks.columns.weigth: no column 'weigth' in the data; did you mean 'weight'? {columns}",
        f"patients.yaml:18: checks.columns.age: no column 'age' in the data; did you mean 'stage'? {columns}",
    ]


def test_of_many_columns_the_first_are_listed(tmp_path: Path) -> None:
    wide = pd.DataFrame({f"column_{number}": [1] for number in range(50)})
    wide.to_parquet(tmp_path / "rows.parquet")
    line = problem(tmp_path / "rows.parquet", kind=SpecError).splitlines()[0]
    assert line.endswith("column_28, column_29, …")


@pytest.mark.parametrize("dtype", ["object", "str", "float64", "boolean"])
def test_a_task_without_a_single_label_is_refused(tmp_path: Path, dtype: str) -> None:
    table = patients()
    table["stage"] = pd.Series([None] * len(table), dtype=dtype)
    table.to_parquet(tmp_path / "rows.parquet")
    assert problem(tmp_path / "rows.parquet", kind=SpecError) == (
        "patients.yaml:9: tasks.stage: column 'stage' holds no label in 60 rows; remove the task or give it labels"
    )


def test_a_column_that_stands_twice_is_refused_only_if_the_study_reads_it(tmp_path: Path) -> None:
    twice = CSV.replace("id,age", "id,age,age").replace("1,20", "1,20,30").replace("2,,", "2,,,")
    assert problem(stored(tmp_path / "rows.csv", twice), kind=SpecError) == (
        "patients.yaml:4: features.numeric.0: column 'age' stands 2 times in the data; which one is meant?"
    )
    other = CSV.replace("id,age", "id,x,x,age").replace("1,20", "1,1,2,20").replace("2,,", "2,1,2,,")
    assert read(stored(tmp_path / "rows.csv", other)).table["age"].tolist()[0] == 20


def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["id", "id"]), tmp_path / "rows.parquet")
    line = problem(tmp_path / "rows.parquet")
    assert line.startswith("patients.yaml:2: data.path: ")
    assert "cannot be read as .parquet: Multiple matches" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rows.csv", "", "No columns to parse from file"),
        ("rows.csv", CSV + "3,4,5,6,7,8,9,10,11\n", "Expected 8 fields in line 4, saw 9"),
        ("rows.csv", CSV.replace(",0,early", ",0,0,early").replace(",1,late", ",1,1,late"), "does not match length"),
        ("rows.csv", CSV.replace("Aden", "Düren").encode("latin-1"), "'utf-8' codec can't decode"),
        ("rows.parquet", CSV, "Parquet magic bytes not found"),
        ("rows.parquet", "", "Parquet file size is 0 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    line = problem(stored(tmp_path / name, content))
    assert line.startswith(f"patients.yaml:2: data.path: '{tmp_path / name}' cannot be read as {Path(name).suffix}: ")
    assert reason in line
    assert "\n" not in line


def test_other_files_and_no_file_are_the_user_s_mistake(tmp_path: Path) -> None:
    stored(tmp_path / "rows.xlsx", "")
    assert problem(tmp_path / "rows.xlsx", kind=SpecError) == (
        "patients.yaml:2: data.path: cannot read '.xlsx'; allowed: .csv, .feather, .parquet, .tsv"
    )
    assert problem(tmp_path / "none.csv", kind=SpecError) == (
        f"patients.yaml:2: data.path: no file '{tmp_path / 'none.csv'}'; give a .csv, .feather, .parquet or .tsv file"
    )


@pytest.mark.parametrize("name", FORMATS.names)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
def test_a_damaged_file_of_every_format_is_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    file = stored(tmp_path / f"rows.{name}", content)
    line = problem(file)
    assert line.startswith(f"patients.yaml:2: data.path: '{file}' cannot be read as .{name}: ")
    assert "\n" not in line


@pytest.mark.parametrize("name", SOURCES.names)
def test_what_no_source_of_a_name_takes_is_a_mistake_of_the_spec(name: str) -> None:
    assert (SOURCES.get(name).__doc__ or "").strip()
    with pytest.raises(SpecError, match=rf"^patients\.yaml:2: data\.{name}"):
        parse_spec(TEXT.replace("path: patients.parquet", f"{name}: [[1]]"), "patients.yaml")


def test_a_close_suffix_is_suggested(tmp_path: Path) -> None:
    stored(tmp_path / "rows.parq", "")
    assert "did you mean '.parquet'? " in problem(tmp_path / "rows.parq", kind=SpecError)


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "N/A", "<NA>"])
def test_in_a_column_of_words_these_are_words_and_in_one_of_numbers_none(tmp_path: Path, word: str) -> None:
    rows = CSV + f"3,{word},62,{word},{word},1,{word},7.5\n4,40,63,Cork,,0,early,\n"
    table = read(stored(tmp_path / "rows.csv", rows)).table
    assert table["city"].tolist() == ["Aden", "Bonn", word, "Cork"]
    assert table["stage"].tolist() == ["early", "late", word, "early"]
    assert table["note"].isna().tolist() == [False, True, False, True]
    assert table["age"].isna().tolist() == [False, True, True, False]
    assert types.is_numeric_dtype(table["age"])


def test_truth_values_with_gaps_stay_truth_values(tmp_path: Path) -> None:
    rows = CSV.replace(",0,early", ",True,early").replace(",1,late", ",NA,late")
    assert read(stored(tmp_path / "rows.csv", rows)).table["ill"].tolist()[0] is True


def test_marks_that_the_spec_names_are_missing_in_features_and_labels_whatever_the_file(tmp_path: Path) -> None:
    marked = CSV + "3,-999,62,NA,?,?,NA,7.5\n4,40,-999.0,Cork,well,0,early,-999\n-999,40,64,Cork,well,0,early,9\n"
    file = stored(tmp_path / "rows.csv", marked)
    text = TEXT.replace("patients.parquet, key", "rows.csv, missing: [-999, NA, '?'], key")
    table = read_source(parse_spec(text, "patients.yaml", tmp_path), tmp_path, tmp_path / "frames").table
    assert table["id"].tolist() == [1, 2, 3, 4, -999]
    assert table.isna().sum().to_dict() == {
        "id": 0,
        "age": 2,
        "weight": 1,
        "city": 1,
        "note": 2,
        "ill": 1,
        "stage": 1,
        "cost": 1,
    }
    assert table["ill"].tolist()[:2] == [0, 1]
    assert all(types.is_numeric_dtype(table[name]) for name in ("age", "weight", "ill", "cost"))
    pd.read_csv(file).to_parquet(tmp_path / "rows.parquet")
    as_parquet = parse_spec(text.replace("rows.csv", "rows.parquet"), "patients.yaml", tmp_path)
    again = read_source(as_parquet, tmp_path, tmp_path / "frames").table
    assert_frame_equal(again, table, check_dtype=False)


def test_a_file_that_was_cut_within_a_row_is_refused(tmp_path: Path) -> None:
    line = problem(stored(tmp_path / "rows.csv", CSV + "3,30,61,Bonn,we"))
    assert "the last line ends after 5 of 8 cells, without a line break: was the file cut?" in line


@pytest.mark.parametrize(
    ("end", "doubted"),
    [
        ("3,30,61,Bonn,well,1,late,6.", True),
        ("3,30,61,Bonn,well,1,late,6.5\n", False),
        ('3,30,61,Bonn,"a\nb",1,late,6', True),
    ],
)
def test_a_file_that_may_have_been_cut_within_a_number_is_told_with_its_rows(
    tmp_path: Path, end: str, doubted: bool
) -> None:
    table = read(stored(tmp_path / "rows.csv", CSV + end)).table
    assert len(table) == 3
    doubts = table.attrs.get("doubts", [])
    assert bool(doubts) == doubted
    assert all("ends without a line break" in doubt for doubt in doubts)


def test_rows_of_mixed_types_that_no_file_can_hold_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = EXAMPLES.get("health")
    monkeypatch.setattr(health, "read", lambda *_: patients().assign(city=[1, "a", 2.5] * 20))
    spec = parse_spec(TEXT.replace("path: patients.parquet", "example: health"), "patients.yaml")
    with pytest.raises(
        DataError, match=r"^patients\.yaml:2: data\.example: column 'city' holds cells that have no type in common"
    ):
        read_source(spec, tmp_path, tmp_path)


class Broken(Source):
    """A source that fails in a way of its own."""

    @property
    def place(self) -> str:
        return "nowhere"

    def read(self, cache: Path) -> pd.DataFrame:
        raise RuntimeError("no route\nto host")


def test_whatever_a_source_raises_is_one_line_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = study(tmp_path / "rows.csv")
    monkeypatch.setattr(DataSpec, "source", Broken())
    with pytest.raises(DataError, match=r"^patients\.yaml:2: data\.path: no route to host$"):
        read_source(spec, tmp_path, tmp_path)


LARGE = 10**30


def test_whole_numbers_beyond_64_bits_are_floats_where_one_computes_with_them_and_else_names(tmp_path: Path) -> None:
    file = stored(
        tmp_path / "rows.csv", CSV.replace("1,20", f"{LARGE},{LARGE}").replace("2,,61,Bonn", f"2,,61,{LARGE}")
    )
    table = read(file).table
    assert table["id"].tolist() == [str(LARGE), "2"]
    assert table["age"].iloc[0] == 1e30
    assert table["city"].tolist() == ["Aden", str(LARGE)]
    assert read(stored(tmp_path / "rows.csv", CSV.replace("20", f"{'9' * 400}"))).table["age"].iloc[0] == float("inf")


@pytest.mark.parametrize("column", ["age", "city", "ill", "ward"])
@pytest.mark.parametrize("cell", [[1, 2], [("a", 1)], {"a": 1}])
def test_a_column_of_lists_or_maps_is_named_with_its_first_row(tmp_path: Path, column: str, cell: object) -> None:
    table = pa.Table.from_pandas(patients())
    kind = pa.map_(pa.string(), pa.int64()) if isinstance(cell, list) and isinstance(cell[0], tuple) else None
    cells = pa.array([None, *[cell] * (len(patients()) - 1)], type=kind)
    position = table.column_names.index(column)
    pq.write_table(table.set_column(position, column, cells), tmp_path / "rows.parquet")
    told = problem(tmp_path / "rows.parquet", "split: {by: group, column: ward}\n")
    assert told.startswith(f"patients.yaml:2: data.path: column '{column}' holds several values in row 1: ")


@pytest.mark.parametrize(
    "metadata", [b"{", b"{}", b'{"columns": 3}', b'{"index_columns": ["no"], "columns": []}', b"\xff"]
)
def test_rows_are_read_though_what_pandas_wrote_beside_them_is_spoilt(tmp_path: Path, metadata: bytes) -> None:
    table = pa.Table.from_pandas(patients(), preserve_index=False).replace_schema_metadata({b"pandas": metadata})
    pq.write_table(table, tmp_path / "rows.parquet")
    assert len(read(tmp_path / "rows.parquet").table) == len(patients())


def test_of_thousands_of_columns_that_are_missing_the_first_are_named(tmp_path: Path) -> None:
    file = stored(tmp_path / "rows.csv", CSV)
    text = TEXT.replace("patients.parquet", "rows.csv").replace("[age,", f"[{', '.join(f'x{n}' for n in range(5000))},")
    with pytest.raises(SpecError) as caught:
        read_source(parse_spec(text, "patients.yaml", tmp_path), tmp_path, file.parent)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "patients.yaml: and 4980 more mistakes"


def test_all_tasks_without_a_label_are_told_at_once(tmp_path: Path) -> None:
    patients().assign(ill=None, cost=None).to_parquet(tmp_path / "rows.parquet")
    lines = problem(tmp_path / "rows.parquet", kind=SpecError).splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["patients.yaml:8", "tasks.ill"],
        ["patients.yaml:10", "tasks.cost"],
    ]
