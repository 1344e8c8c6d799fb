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
    "the label, rounded, as a feature": (
        lambda table: table.assign(area=(table["price"] / 1000).round(-1)),
        WARNED,
        ("area: what is known before the label of price; by itself it tells 9", "remove it from the features"),
    ),
    "a class of two as a number": (lambda table: table.assign(rooms=table["sold"] * 5 + 1), WARNED, ("label of sold",)),
    "a class of two as a truth value": (
        lambda table: table.assign(garden=table["sold"] == 1),
        WARNED,
        ("garden: what",),
    ),
    "money": (
        lambda table: table.assign(price=table["price"].map("${:,.2f}".format)),
        REFUSED,
        ("price: numbers; 1500 of 1500 rows", "price=$342,025.00"),
    ),
    "per cent": (written("age", SOME, "12 %"), REFUSED, ("age: numbers; 60 of 1500 rows", "age=12 %")),
    "points for thousands": (written("price", SOME, "1.234,50"), REFUSED, ("price: numbers", "price=1.234,50")),
    "hexadecimal numbers": (written("age", SOME, "0x1F"), REFUSED, ("age: numbers", "age=0x1F")),
    "wide digits": (written("age", SOME, "\uff11\uff12"), REFUSED, ("age: numbers",)),
    "powers of ten": (written("price", SOME, "1.5e5"), FINE, ()),
    "inf as a word": (written("age", 7, "inf"), REFUSED, ("age: finite numbers; 1 of 1500 rows", "age=inf")),
    "Y for yes": (written("garden", slice(None), "Y"), REFUSED, ("garden: 0 or 1", "garden=Y")),
    "times of another zone": (written("listed", SOME, "2023-02-13T00:00:00+02:00"), FINE, ()),
    "two digits of a year": (written("listed", SOME, "13-02-23"), REFUSED, ("listed: ISO 8601 dates", "13-02-23")),
    "seconds since 1970": (written("listed", slice(None), 1672531200), REFUSED, ("listed: ISO 8601 dates",)),
    "a sheet's days": (written("listed", slice(None), 44927), REFUSED, ("listed: ISO 8601 dates", "listed=44927")),
    "a year to come": (written("listed", SOME, "2100-01-01"), WARNED, ("60 of 1500 rows hold 2100-01-01",)),
    "a year long gone": (written("listed", SOME, "1900-01-01"), WARNED, ("all others lie between 2022-01-01",)),
    "nan as a word": (written("town", SOME, "nan"), WARNED, ("hold 'nan'", "`missing: [nan]`")),
    "dashes": (written("town", SOME, "-"), WARNED, ("60 of 1500 rows hold '-'",)),
    "a space after a class": (written("grade", SOME, "high "), WARNED, ("grade: one spelling", "'high '")),
    "a space that does not break": (written("town", SOME, "Bonn\u00a0"), WARNED, ("town: one spelling", "xa0")),
    "rows twice": (
        lambda table: pd.concat([table, table.head(3)]),
        REFUSED,
        ("house: names one row only; 6 of 1503 rows",),
    ),
    "classes -1 and 1": (lambda table: table.assign(sold=2 * table["sold"] - 1), REFUSED, ("sold: 0 or 1", "sold=-1")),
    "classes 1 and 2": (lambda table: table.assign(sold=table["sold"] + 1), REFUSED, ("sold: 0 or 1", "sold=2")),
    "half a class": (written("sold", SOME, 0.5), REFUSED, ("sold: 0 or 1; 60 of 1500 rows", "sold=0.5")),
    "a number for each row as a feature": (
        lambda table: table.assign(rooms=table["house"]),
        WARNED,
        ("rooms: what rows have in common", "seems to count them"),
    ),
    "a name for each row as a feature": (
        lambda table: table.assign(town=[f"owner {number}" for number in range(len(table))]),
        WARNED,
        ("town: what rows have in common", "1500 of 1500 rows that were asked have a value of their own"),
    ),
    "the label in nine rows of ten": (
        lambda table: table.assign(area=table["price"].where(np.arange(len(table)) % 10 > 0, table["area"])),
        WARNED,
        ("area: what is known before the label of price; it equals that label in 90 %",),
    ),
    "the label with some noise": (
        lambda table: table.assign(area=table["price"] * (1 + 0.02 * np.sin(np.arange(len(table))))),
        WARNED,
        ("area: what is known before the label of price; by itself it tells 9",),
    ),
    "the label of the next row": (
        lambda table: table.assign(area=table["price"].shift(-1)),
        WARNED,
        ("area: what is known before the label of price; it equals that label of the row after it",),
    ),
    "the label, negated": (
        lambda table: table.assign(area=-table["price"]),
        WARNED,
        ("tells that label in every row",),
    ),
    "measured twice under other keys": (
        lambda table: pd.concat([table, table.assign(house=table["house"] + len(table), price=table["price"] + 1)]),
        WARNED,
        ("are training rows, too, the same in every feature, with other labels",),
    ),
    "a character without width": (written("town", SOME, "Bonn\u200b"), WARNED, ("town: one spelling", "u200b")),
    "a zero byte": (written("town", SOME, "Bonn\0"), WARNED, ("town: one spelling", "x00")),
    "a letter of another script": (written("town", SOME, "B\u043enn"), WARNED, ("town: one spelling",)),
    "an accent by itself": (
        lambda table: written("town", slice(60, 120), "Z\u00fcrich")(written("town", SOME, "Zu\u0308rich")(table)),
        WARNED,
        ("town: one spelling",),
    ),
    "decimal commas in some rows": (
        written("area", SOME, "96,24"),
        REFUSED,
        ("area: numbers; 60 of 1500", "area=96,24"),
    ),
    "a zone by its name": (written("listed", SOME, "2023-02-13 00:00 CET"), REFUSED, ("listed: ISO 8601 dates",)),
    "a week": (written("listed", SOME, "2023-W07-1"), REFUSED, ("listed: ISO 8601 dates", "listed=2023-W07-1")),
    "a year alone": (written("listed", slice(None), "2023"), REFUSED, ("listed: ISO 8601 dates",)),
    "day and month swapped": (written("listed", SOME, "2023-13-02"), REFUSED, ("listed: ISO 8601 dates", "2023-13-02")),
    "the day that clocks begin with": (
        written("listed", SOME, "1970-01-01"),
        WARNED,
        ("60 of 1500 rows hold 1970-01-01",),
    ),
    "an error of a sheet": (written("area", SOME, "#DIV/0!"), REFUSED, ("area: numbers", "area=#DIV/0!")),
    "a missing value of a sheet": (written("area", SOME, "#N/A"), FINE, ()),
    "a formula": (written("area", SOME, "=A1+1"), REFUSED, ("area: numbers", "area==A1+1")),
    "a minus of another kind": (written("age", SOME, "\u22123"), REFUSED, ("age: numbers; 60 of 1500 rows",)),
    "a loss in brackets": (written("price", SOME, "(1200)"), REFUSED, ("price: numbers", "price=(1200)")),
    "spaces for thousands": (written("price", SOME, "1 200"), REFUSED, ("price: numbers", "price=1 200")),
    "n.a. for a label": (written("price", SOME, "n.a."), REFUSED, ("price: numbers", "price=n.a.")),
    "a key spelled with zeros": (
        lambda table: table.assign(house=["007" if row == 8 else str(row) for row in range(len(table))]),
        REFUSED,
        ("house: names one row only; 2 of 1500 rows",),
    ),
    "T for true": (
        lambda table: table.assign(garden=table["garden"].map({True: "T", False: "F"})),
        REFUSED,
        ("garden: 0 or 1", "garden=T"),
    ),
    "true in words": (
        lambda table: table.assign(garden=table["garden"].map({True: "true", False: "false"})),
        FINE,
        (),
    ),
    "columns in another order": (lambda table: table[table.columns[::-1]], FINE, ()),
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
    "a header in the middle": (
        lambda text: text.replace("\n700,", f"\n{text.partition(chr(10))[0]}\n700,", 1),
        REFUSED,
        ("area: numbers; 1 of 1501 rows", "area=area"),
    ),
    "a total at the end": (lambda text: text + "total" + ",1" * 9 + "\n", REFUSED, ("listed=1", "house=total")),
    "a remark at the start": (lambda text: f"# of 2024\n{text}", REFUSED, ("cannot be read as .csv",)),
    "tabs": (lambda text: text.replace(",", "\t"), REFUSED, ("no column 'house'",)),
    "spaces about names": (lambda text: text.replace(",", " ,", 9), REFUSED, ("did you mean 'house '?",)),
    "a server's page": (lambda text: "<html>502 Bad Gateway</html>\n", REFUSED, ("no column 'house'", "502")),
    "nothing in it": (lambda text: "", REFUSED, ("cannot be read as .csv: No columns",)),
    "a mark of byte order": (lambda text: f"\ufeff{text}", FINE, ()),
    "Windows' line ends": (lambda text: text.replace("\n", "\r\n"), FINE, ()),
    "empty lines": (lambda text: text.replace("\n", "\n\n"), FINE, ()),
    "a header alone": (lambda text: text.partition("\n")[0] + "\n", REFUSED, ("holds no label in 0 rows",)),
}


BEYOND_RULES = """
checks:
  rules: ["area > age / 10", "rooms < area"]
  columns: {area: {min: 15, max: 400}, rooms: {max: 12}, town: {values: [Aden, Bonn, Cork, Dover]}, age: {min: 0}}
"""

BY_RULES: dict[str, tuple[Defect, tuple[str, ...]]] = {
    "cells moved one column on": (
        lambda table: table.assign(rooms=table["rooms"].where(table.index >= 60, table["area"])),
        ("rooms: at most 12; 60 of 1500 rows are outside",),
    ),
    "two columns swapped": (
        lambda table: table.assign(area=table["age"], age=table["area"]),
        ("area: between 15 and 400", "rows are outside"),
    ),
    "square feet among square metres": (
        lambda table: table.assign(area=table["area"].where(table.index >= 60, 10.764 * table["area"])),
        ("area: between 15 and 400",),
    ),
    "an age before birth": (written("age", SOME, -3.0), ("age: at least 0; 60 of 1500 rows", "age=-3")),
    "a town in another encoding": (written("town", SOME, "ZÃ¼rich"), ("town: one of Aden, Bonn, Cork, Dover; 60 of",)),
    "more rooms than square metres": (written("area", 7, 0.5), ("area: between 15 and 400; 1 of 1500 rows",)),
}
"""What cells alone cannot tell: each is read as it is written, until the spec says what may be."""


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


@pytest.mark.parametrize("name", BY_RULES)
def test_what_no_cell_tells_by_itself_is_refused_by_what_the_spec_asks(name: str, tmp_path: Path) -> None:
    defect, words = BY_RULES[name]
    text = defect(houses()).to_csv(index=False)
    assert said(tmp_path, text)[0] == FINE
    found, told = said(tmp_path, text, houses_spec(TEXT + BEYOND_RULES))
    assert (found, [word for word in words if word not in told]) == (REFUSED, []), told


def test_a_date_after_the_row_s_own_time_is_told(tmp_path: Path) -> None:
    closed = pd.to_datetime(houses()["listed"]) + pd.to_timedelta(30, unit="D")
    table = houses().assign(closed=closed.dt.strftime("%Y-%m-%d"))
    by_time = TEXT.replace("{by: hash, validation: 0.2, test: 0.3}", "{by: time, column: listed, test_days: 200}")
    found, told = said(tmp_path, table.to_csv(index=False), houses_spec(by_time.replace("[listed]", "[closed]")))
    assert found == WARNED
    assert "closed: dates that are known at the row's time (listed); 1500 of 1500 rows hold a later one" in told
    earlier = table.assign(closed=table["listed"])
    assert said(tmp_path, earlier.to_csv(index=False), houses_spec(by_time.replace("[listed]", "[closed]")))[0] == FINE


def test_the_key_as_a_feature_is_told(tmp_path: Path) -> None:
    spec = houses_spec(TEXT.replace("[area, rooms, age]", "[area, rooms, age, house]"))
    found, told = said(tmp_path, houses().to_csv(index=False), spec)
    assert (found, "house: what rows have in common, as a feature; it is in data.key" in told) == (WARNED, True)


def test_a_text_that_holds_the_answer_is_told(tmp_path: Path) -> None:
    table = houses()
    notes = "a house in " + table["town"] + table["sold"].map({0: "", 1: ", under contract"})
    spec = houses_spec(TEXT.replace("  boolean: [garden]", "  boolean: [garden]\n  text: [note]"))
    found, told = said(tmp_path, table.assign(note=notes).to_csv(index=False), spec)
    assert found == WARNED
    assert "note: what is known before the label of sold; the word" in told


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
