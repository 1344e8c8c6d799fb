"""Defects of data, each planted in a file: what the check says, in its words, before anything is trained.

`refused` stops a study, `warned` is told beside its decision. What neither is harmless: it is read as it is meant.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_checks import CheckReport, check
from mtl.data.read_table import read_source
from mtl.errors import MtlError
from mtl.spec import Spec
from tests.data_checks.houses import TEXT, Defect, houses, houses_spec, on_side, written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning"),
]

SOME = slice(0, 60)
REFUSED, WARNED, FINE = "refused", "warned", "fine"

IN_TABLES: dict[str, tuple[Defect, str, tuple[str, ...]]] = {
    "nothing": (lambda table: table, FINE, ()),
    "infinite label": (written("price", 7, np.inf), REFUSED, ("price: finite numbers", "1 of 1500 rows", "price=inf")),
    "infinite feature": (written("area", 7, -np.inf), REFUSED, ("area: finite numbers", "area=-inf")),
    "label beyond 32 bits": (written("price", 7, 1e39), REFUSED, ("a regression label is a finite number", "1e+39")),
    "label far from all others": (written("price", 7, 1e12), WARNED, ("price: values of one size", "house=7")),
    "feature far from all others": (written("area", 7, 1e38), WARNED, ("area: values of one size", "1e+38")),
    "-999 in a feature": (written("age", SOME, -999.0), WARNED, ("60 of 1500 rows hold -999", "`missing: [-999]`")),
    "9999 in a feature": (written("rooms", SOME, 9999), WARNED, ("60 of 1500 rows hold 9999", "between 1 and 7")),
    "a mark in a label": (written("price", SOME, -9_999_999.0), WARNED, ("price: values of one range", "missing:")),
    "a date without end": (written("listed", SOME, "9999-12-31"), WARNED, ("60 of 1500 rows hold 9999-12-31",)),
    "NA among words": (
        written("town", SOME, "NA"),
        WARNED,
        ("60 of 1500 rows hold 'NA'", "`missing: [NA]`", "town=NA"),
    ),
    "None among classes": (written("grade", SOME, "None"), WARNED, ("grade: a word", "hold 'None'")),
    "? among words": (written("town", SOME, "?"), WARNED, ("hold '?'",)),
    "NA among numbers": (written("age", SOME, "NA"), FINE, ()),
    "words among numbers": (
        written("age", SOME, "old"),
        REFUSED,
        ("age: numbers", "60 of 1500 rows hold something else"),
    ),
    "decimal commas": (
        lambda table: table.assign(area=table["area"].map("{:.2f}".format).str.replace(".", ",")),
        REFUSED,
        ("area: numbers",),
    ),
    "thousands separators": (written("price", SOME, "1,200,000"), REFUSED, ("price: numbers",)),
    "units in cells": (written("area", SOME, "120 m2"), REFUSED, ("area: numbers", "area=120 m2")),
    "spaces about categories": (written("town", SOME, " Bonn"), WARNED, ("town: one spelling", "' Bonn'")),
    "cases of categories": (written("town", SOME, "BONN"), WARNED, ("town: one spelling", "'BONN'")),
    "cases of classes": (written("grade", SOME, "High"), WARNED, ("grade: one spelling", "'High'")),
    "dates in two formats": (written("listed", SOME, "13.02.2023"), REFUSED, ("listed: ISO 8601 dates", "60 of 1500")),
    "American dates": (written("listed", slice(None), "02/13/2023"), REFUSED, ("listed: ISO 8601 dates",)),
    "a date that is none": (
        written("listed", 3, "2023-02-30"),
        REFUSED,
        ("listed: ISO 8601 dates", "listed=2023-02-30"),
    ),
    "yes and no": (written("garden", slice(None), "yes"), REFUSED, ("garden: 0 or 1",)),
    "a third class of two": (written("sold", SOME, 2), REFUSED, ("sold: 0 or 1", "60 of 1500 rows")),
    "classes of two in words": (
        lambda table: table.assign(sold=table["sold"].map({0: "no", 1: "yes"})),
        REFUSED,
        ("sold: 0 or 1",),
    ),
    "a key twice": (written("house", 8, 7), REFUSED, ("house: names one row only", "2 of 1500 rows")),
    "a key missing": (written("house", 8, None), REFUSED, ("house: a value in every row",)),
    "no key at all": (written("house", slice(None), None), REFUSED, ("house",)),
    "a constant feature": (written("rooms", slice(None), 3), WARNED, ("rooms: different values", "one value")),
    "an empty feature": (written("rooms", slice(None), None), REFUSED, ("rooms: a value in some row",)),
    "a feature empty in training": (on_side("train", "rooms", None), WARNED, ("rooms: different values", "no value")),
    "a constant label": (written("price", slice(None), 5), REFUSED, ("price: at least two different labels",)),
    "no label at all": (written("price", slice(None), None), REFUSED, ("tasks.price", "holds no label")),
    "labels in few rows": (written("price", slice(5, None), None), REFUSED, ("price: a label in at least 1 %",)),
    "no label on validation": (on_side("validation", "price", None), WARNED, ("the validation side holds no label",)),
    "no label on test": (on_side("test", "sold", None), WARNED, ("the test side holds no label",)),
    "no label on training": (on_side("train", "grade", None), REFUSED, ("tasks.grade", "0 labels")),
    "one class on training": (on_side("train", "sold", 0), REFUSED, ("tasks.sold", "1 distinct values")),
    "one class on test": (on_side("test", "sold", 1), WARNED, ("all of class 1",)),
    "new classes on test": (on_side("test", "grade", "new"), REFUSED, ("labels on the test side are of others (new)",)),
    "the label as a feature": (lambda table: table.assign(area=table["price"] / 1000), WARNED, ("tells that label",)),
    "a class as a feature": (
        lambda table: table.assign(town=table["grade"].str.upper()),
        WARNED,
        ("the label of grade",),
    ),
    "copies under other keys": (
        lambda table: pd.concat([table, table.assign(house=table["house"] + len(table))]),
        WARNED,
        ("are training rows, too",),
    ),
    "too few rows": (lambda table: table.head(60), REFUSED, ("number of rows at least 100",)),
    "a column renamed": (lambda table: table.rename(columns={"area": "Area"}), REFUSED, ("no column 'area'", "'Area'")),
    "a column twice": (
        lambda table: table.set_axis(["house", "area", *table.columns[1:9]], axis=1),
        REFUSED,
        ("stands 2 times",),
    ),
    "large numbers that differ by tenths": (lambda table: table.assign(area=1e12 + table["area"]), FINE, ()),
}

IN_FILES: dict[str, tuple[Callable[[str], str], str, tuple[str, ...]]] = {
    "cut within a row": (lambda text: text[: text.rstrip().rindex(",") - 8], REFUSED, ("the last line ends after",)),
    "cut within a cell": (lambda text: text[:-3], WARNED, ("the file ends without a line break",)),
    "a cell too many": (lambda text: text.rstrip("\n") + ",1\n", REFUSED, ("Expected 10 fields",)),
    "a quote that is not closed": (lambda text: text.replace("Aden", '"Aden', 1), REFUSED, ("cannot be read as .csv",)),
    "semicolons": (lambda text: text.replace(",", ";"), REFUSED, ("no column 'house'",)),
    "no header": (lambda text: text.partition("\n")[2], REFUSED, ("no column 'house'",)),
    "a second header": (lambda text: text + text.partition("\n")[0] + "\n", REFUSED, ("area: numbers", "area=area")),
    "a header alone": (lambda text: text.partition("\n")[0] + "\n", REFUSED, ("holds no label in 0 rows",)),
}


def checked(folder: Path, text: str, spec: Spec | None = None) -> CheckReport:
    """The report on a file, as `mtl check` reads and checks it."""
    file = folder / "houses.csv"
    file.write_text(text, encoding="utf-8")
    asked = spec or houses_spec()
    asked = asked.model_copy(update={"data": asked.data.below(folder)})
    frame = read_source(asked, folder, folder / "frames")
    return check(asked, frame.table, folder / "docs")


def said(folder: Path, text: str, spec: Spec | None = None) -> tuple[str, str]:
    """What a user is told, and what that means for the study."""
    try:
        report = checked(folder, text, spec)
    except MtlError as error:
        return REFUSED, str(error)
    examples = [cell for failure in report.failures for example in failure.examples for cell in example]
    told = "\n".join((*(failure.message for failure in report.failures), *examples))
    return (REFUSED if not report.passed else WARNED if report.failures else FINE), told


@pytest.mark.parametrize("name", IN_TABLES)
def test_a_defect_of_a_table_is_told_in_words_that_name_it(name: str, tmp_path: Path) -> None:
    defect, verdict, words = IN_TABLES[name]
    found, told = said(tmp_path, defect(houses()).to_csv(index=False))
    assert (found, [word for word in words if word not in told]) == (verdict, []), told


@pytest.mark.parametrize("name", IN_FILES)
def test_a_defect_of_a_file_is_told_in_words_that_name_it(name: str, tmp_path: Path) -> None:
    defect, verdict, words = IN_FILES[name]
    found, told = said(tmp_path, defect(houses().to_csv(index=False)))
    assert (found, [word for word in words if word not in told]) == (verdict, []), told


def test_the_remedy_that_a_warning_names_ends_it(tmp_path: Path) -> None:
    table = written("town", SOME, "NA")(written("age", SOME, -999.0)(houses()))
    spec = houses_spec(TEXT.replace("key: [house]", "key: [house], missing: [-999, NA]"))
    assert said(tmp_path, table.to_csv(index=False), spec) == (FINE, "")


def test_a_group_in_the_key_that_a_hash_split_tears_apart_is_told(tmp_path: Path) -> None:
    table = houses().assign(owner=lambda rows: rows["house"] // 3)
    spec = houses_spec(TEXT.replace("key: [house]", "key: [owner, house]"))
    found, told = said(tmp_path, table.to_csv(index=False), spec)
    assert found == WARNED
    assert "owner: rows of one owner on one side" in told
    assert "`split: {by: group, column: owner}`" in told


def test_a_warning_says_which_rows(tmp_path: Path) -> None:
    report = checked(tmp_path, written("age", slice(3, 6), -999.0)(houses()).to_csv(index=False))
    (warning,) = report.warnings
    assert (warning.column, warning.failed_rows) == ("age", 3)
    assert warning.examples == (("house=3", "age=-999"), ("house=4", "age=-999"), ("house=5", "age=-999"))
    assert replace(report, docs=None) == CheckReport.from_json(replace(report, docs=None).to_json())
