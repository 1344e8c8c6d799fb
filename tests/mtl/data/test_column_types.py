"""What a pattern's type finds in a table, however its columns came to be."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from mtl.data.column_types import column_types
from mtl.data.read_table import read_study
from mtl.errors import SpecError
from mtl.spec import parse_spec

CSV = "id,x1,x2,city,ok,y\n1,2,?,Aden,True,0\n2,3,5,Bonn,False,1\n3,,6,,True,1\n"
TEXT = """\
name: small
data: {path: rows.csv, key: [id], missing: ["?"]}
features:
  numeric: {all: numeric}
  categorical: {all: text}
  boolean: {all: boolean}
tasks: {y: {kind: binary}}
schemes: [equal]
"""


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1, 2], "numeric"),
        ([1.5, None], "numeric"),
        ([Decimal("1.5"), None], "numeric"),
        ([2**70, 1], "numeric"),
        ([True, False], "boolean"),
        ([True, None], "boolean"),
        (["a", None], "text"),
        (["2020-01-01", "2020-01-02"], "text"),
        ([date(2020, 1, 1), None], "date"),
        (pd.to_datetime(["2020-01-01"]), "date"),
        (pd.Categorical(["a", "b"]), "text"),
        (pd.Categorical([1, 2]), "numeric"),
        ([1j, 2j], "any"),
        (["a", 1], "any"),
        (pd.to_timedelta([1, 2], unit="D"), "any"),
    ],
)
def test_a_column_is_of_the_type_of_its_cells(cells: object, expected: str) -> None:
    assert column_types(pd.DataFrame({"x": cells})) == {"x": expected}


def test_a_column_that_stands_twice_is_of_no_type() -> None:
    table = pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"])
    assert column_types(table) == {"a": "any", "b": "numeric"}


def stored(folder: Path, text: str = TEXT) -> Path:
    (folder / "rows.csv").write_text(CSV, encoding="utf-8")
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return folder


def test_columns_are_typed_without_the_marks_of_missing_values(tmp_path: Path) -> None:
    spec, frame = read_study(parse_spec(TEXT, "small.yaml", stored(tmp_path)), tmp_path, tmp_path / "frames")
    assert spec.features.by_kind == {"numeric": ("x1", "x2"), "categorical": ("city",), "boolean": ("ok",)}
    assert frame.columns == ("id", "x1", "x2", "city", "ok", "y")
    assert spec.place("features", "numeric", "1") == "small.yaml:4"


def test_patterns_and_names_that_the_data_lack_are_told_together(tmp_path: Path) -> None:
    text = TEXT.replace("{all: numeric}", '["x?", "z*"]').replace("{all: text}", "[citty]")
    with pytest.raises(SpecError) as caught:
        read_study(parse_spec(text, "small.yaml", stored(tmp_path)), tmp_path, tmp_path / "frames")
    first, second = str(caught.value).splitlines()
    assert first.startswith("small.yaml:4: features.numeric.1: no column of the data matches 'z*'")
    assert second.startswith(
        "small.yaml:5: features.categorical.0: no column 'citty' in the data; did you mean 'city'?"
    )
