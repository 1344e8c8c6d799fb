"""A table that is read column by column is stored as the same file as one that is read at once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.data import text_columns
from mtl.data.read_table import read_study
from mtl.errors import DataError, MtlError, SpecError
from mtl.spec import Spec, parse_spec
from tests.mtl.data.patients import TEXT, patients

SPLIT = "split: {by: hash, validation: 0.2, test: 0.2}\n"
PATTERNS = TEXT.replace("[age, weight]", "{all: numeric, but: [ward]}").replace("  text: note\n", "")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_columns, "CHUNK", 7)


def study(folder: Path, file: str, text: str = TEXT, more: str = "", in_memory: int = 0) -> Spec:
    data = f"data: {{path: {file}, key: [id], in_memory_mb: {in_memory}{more}}}"
    parsed = parse_spec(text.replace("data: {path: patients.parquet, key: [id]}", data) + SPLIT, "patients.yaml")
    return parsed.model_copy(update={"data": parsed.data.below(folder)})


def written(folder: Path, table: pd.DataFrame, suffix: str) -> str:
    match suffix:
        case "parquet":
            table.to_parquet(folder / "rows.parquet", index=False, row_group_size=9)
        case "indexed.parquet":
            table.set_index(["id", "ward"]).to_parquet(folder / "rows.indexed.parquet", row_group_size=9)
        case "ranged.parquet":
            table.drop(columns="id").set_axis(pd.RangeIndex(len(table), name="id")).to_parquet(
                folder / "rows.ranged.parquet"
            )
        case _:
            table.to_csv(folder / f"rows.{suffix}", index=False, sep="\t" if suffix.startswith("tsv") else ",")
    return f"rows.{suffix}"


def both(folder: Path, file: str, text: str = TEXT, more: str = "") -> tuple[str, ...]:
    """The frame's digest, or what is said, of both ways to read."""
    found = []
    for in_memory in (512, 0):
        spec = study(folder, file, text, more, in_memory)
        try:
            named, frame = read_study(spec, folder / "cache", folder / f"frames{in_memory}")
            found.append(f"{frame.digest} {frame.rows} {named.features.columns}")
            assert frame.in_memory == in_memory << 20
            assert [path.name for path in frame.path.parent.iterdir()] == [frame.path.name]
        except MtlError as error:
            found.append(f"{type(error).__name__}: {error}")
    return tuple(found)


@pytest.mark.parametrize("text", [TEXT, PATTERNS])
@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "tsv", "parquet", "indexed.parquet", "ranged.parquet"])
def test_the_file_is_the_same(tmp_path: Path, suffix: str, text: str) -> None:
    whole, by_column = both(tmp_path, written(tmp_path, patients(100), suffix), text)
    assert whole == by_column
    assert " 100 " in whole


def test_a_table_of_several_row_groups_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("mtl.data.frame", "mtl.data.frame_writer"):
        monkeypatch.setattr(f"{module}.ROWS_A_GROUP", 16)
    whole, by_column = both(tmp_path, written(tmp_path, patients(100), "parquet"))
    assert whole == by_column


def test_several_files_are_one_table(tmp_path: Path) -> None:
    table = patients(100)
    for number, part in enumerate(np.array_split(np.arange(100), 3)):
        rows = table.iloc[part].assign(city=[7] * len(part)) if number == 1 else table.iloc[part]
        rows.to_csv(tmp_path / f"rows-{number}.csv", index=False)
    whole, by_column = both(tmp_path, "'rows-*.csv'")
    assert whole == by_column
    assert " 100 " in whole
    table.drop(columns="ward").to_csv(tmp_path / "rows-3.csv", index=False)
    whole, by_column = both(tmp_path, "'rows-*.csv'")
    assert whole == by_column
    assert "they differ in 'ward'" in whole


def test_marks_and_dates_are_read_alike(tmp_path: Path) -> None:
    table = patients(100)
    marked = table.assign(age=table["age"].fillna(-999), city=table["city"].fillna("?"))
    file = written(tmp_path, marked.assign(day=marked["day"].dt.strftime("%d.%m.%Y")), "csv")
    text = TEXT.replace("  text: note\n", "  text: note\n  datetime: [day]\n")
    whole, by_column = both(tmp_path, file, text, ", missing: [-999, '?'], dates: {day: '%d.%m.%Y'}")
    assert whole == by_column
    assert " 100 " in whole


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.drop(columns="age"), "SpecError: patients.yaml:4: features.numeric.0: no column"),
        (lambda table: table.assign(ill=None), "SpecError: patients.yaml:9: tasks.ill: column 'ill' holds no label"),
        (lambda table: table.assign(day="soon"), "DataError: patients.yaml:2: data.path: column 'day' holds 'soon'"),
    ],
)
def test_mistakes_are_told_alike(tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], said: str) -> None:
    file = written(tmp_path, change(patients(100)), "csv")
    text = TEXT.replace("  text: note\n", "  text: note\n  datetime: [day]\n")
    whole, by_column = both(tmp_path, file, text, ", dates: {day: '%d.%m.%Y'}")
    assert whole == by_column
    assert by_column.startswith(said)


DAMAGED = [("rows.parquet", b"PAR1 no"), ("rows.csv", b"a,b\n1,2,3\n"), ("rows.csv", b"")]


@pytest.mark.parametrize(("name", "content"), DAMAGED)
def test_a_damaged_file_is_told_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=rf"^patients.yaml:2: data.path: '.*{name}' cannot be read as .*[^\n]*$"):
        read_study(study(tmp_path, name), tmp_path, tmp_path / "frames")
    with pytest.raises(SpecError, match="no file"):
        read_study(study(tmp_path, "none.csv"), tmp_path, tmp_path / "frames")
