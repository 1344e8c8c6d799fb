"""The columns of a text that is parsed in parts are those of the text as a whole."""

from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from mtl.data import text_columns
from mtl.data.delimited import Dialect, read_delimited
from mtl.data.frame import DOUBTS
from mtl.data.text_columns import NO_NUMBERS, TextColumns
from tests.mtl.evaluation.cases import lightly

CELLS = ("", "1", "-2", "007", "2.5", "1e3", "NA", "nan", "True", "false", "a", '"b, c"', '"x\ny"', '" "')
COMMAS = Dialect()
LARGE = ("9007199254740993", "18446744073709551615", "123456789012345678901234567890")


def columns(path: Path, folder: Path, dialect: Dialect = COMMAS) -> TextColumns:
    folder.mkdir()
    return TextColumns(path, dialect, folder)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_columns, "CHUNK", 3)


def assert_alike(path: Path, folder: Path, dialect: Dialect = COMMAS) -> TextColumns:
    found, whole = columns(path, folder, dialect), read_delimited(path, dialect)
    assert list(found.names) == list(whole.columns)
    assert found.attrs == whole.attrs
    for name in whole.columns:
        assert_series_equal(found.read(name), whole[name])
    return found


@lightly
@given(
    rows=st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS[:7]), st.sampled_from(LARGE)), max_size=11),
    first=st.sampled_from(CELLS),
)
def test_whatever_the_cells_are(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], first: str
) -> None:
    folder = tmp_path_factory.mktemp("text")
    text = "\n".join(map(",".join, [("id", "x", "y", "z"), ("0", first, "1", "1"), *(("0", *row) for row in rows)]))
    (folder / "rows.csv").write_text(f"{text}\n")
    assert_alike(folder / "rows.csv", folder / "parts")


def test_numbers_that_become_words_late_are_as_they_were_spelled(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n007,1\n1.50,2\nNA,3\n2,4\nseven,5\n,6\n")
    found = assert_alike(tmp_path / "rows.csv", tmp_path / "parts")
    assert found.read("x").tolist()[:5] == ["007", "1.50", "NA", "2", "seven"]


def test_a_dialect_is_kept_and_no_row_is_no_error(tmp_path: Path) -> None:
    german = Dialect(";", ",", "latin-1")
    (tmp_path / "rows.csv").write_text("größe;ort\n1,5;Köln\n2;\n;Bonn\n3,25;Ulm\n", encoding="latin-1")
    assert assert_alike(tmp_path / "rows.csv", tmp_path / "parts", german).read("größe")[3] == 3.25
    (tmp_path / "none.csv").write_text("x,y\n")
    assert len(assert_alike(tmp_path / "none.csv", tmp_path / "of_none").read("x")) == 0


def test_what_speaks_against_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n3,4")
    [doubt] = assert_alike(tmp_path / "rows.csv", tmp_path / "parts").attrs[DOUBTS]
    assert "without a line break" in doubt
    (tmp_path / "cut.csv").write_text("x,y\n1,2\n3")
    with pytest.raises(ValueError, match="was the file cut"):
        columns(tmp_path / "cut.csv", tmp_path / "of_cut")


def test_a_cell_too_many_is_an_error_in_every_part(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n" + "1,2\n" * 4 + "1,2,3\n")
    with pytest.raises((ValueError, pd.errors.ParserWarning), match=r"Expected 2 fields|Length of header"):
        columns(tmp_path / "rows.csv", tmp_path / "parts")


def test_a_name_that_stands_there_twice_is_told_twice(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,x,y\n1,2,3\n")
    found = columns(tmp_path / "rows.csv", tmp_path / "parts")
    assert found.names == ("x", "x", "y")
    assert found.read("y").tolist() == [3]


def test_missing_values_are_those_of_pandas() -> None:
    assert set(NO_NUMBERS) == import_module("pandas._libs.parsers").STR_NA_VALUES
