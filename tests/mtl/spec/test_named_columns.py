"""Patterns of columns: what they stand for, where their mistakes are told, and that names stay names."""

from collections.abc import Sequence

import pytest

from mtl.spec import Spec, column_uses
from mtl.spec.features_section import ColumnType
from mtl.spec.named_columns import pattern_mistakes, with_named_columns
from tests.mtl.spec.texts import spec

TYPES: dict[str, ColumnType] = {
    "id": "numeric",
    "ward": "text",
    "fp_1": "numeric",
    "age": "numeric",
    "fp_0": "numeric",
    "height [cm]": "numeric",
    "city": "text",
    "note": "text",
    "smoker": "boolean",
    "admitted": "date",
    "ill": "numeric",
    "cost": "numeric",
}


def named(more: str = "", **replaced: str) -> Spec:
    written = spec(more, **({"text": "text: []"} | replaced))
    assert list(pattern_mistakes(written, TYPES)) == []
    return with_named_columns(written, TYPES)


def columns(more: str = "", **replaced: str) -> dict[str, tuple[str, ...]]:
    return named(more, **replaced).features.by_kind


def mistakes(more: str = "", **replaced: str) -> list[str]:
    written = spec(more, **({"text": "text: []"} | replaced))
    found = pattern_mistakes(written, TYPES)
    return [f"{written.place(*each.key)}: {'.'.join(each.key)}: {each.message}" for each in found]


def test_a_pattern_stands_for_the_columns_that_it_matches_in_the_order_of_the_data() -> None:
    assert columns(numeric='numeric: ["fp_*", age]')["numeric"] == ("fp_1", "fp_0", "age")
    assert columns(numeric='numeric: "fp_?"')["numeric"] == ("fp_1", "fp_0")
    assert columns(numeric='numeric: ["fp_[1-9]", "fp_*"]')["numeric"] == ("fp_1", "fp_0")


def test_all_of_a_type_leaves_out_what_other_keys_use() -> None:
    found = columns(numeric="numeric: {all: numeric}", categorical="categorical: {all: text}")
    assert found == {"numeric": ("fp_1", "age", "fp_0", "height [cm]"), "categorical": ("ward", "city", "note")}


def test_all_of_a_type_leaves_out_exceptions_by_name_and_by_pattern() -> None:
    assert columns(numeric='numeric: {all: numeric, but: [age, "fp_*"]}')["numeric"] == ("height [cm]",)


def test_all_of_a_type_takes_what_no_other_pattern_takes() -> None:
    found = columns(numeric="numeric: [{all: numeric}, smoker]", categorical='categorical: ["fp_*", city]')
    assert found == {"numeric": ("age", "height [cm]", "smoker"), "categorical": ("fp_1", "fp_0", "city")}
    assert columns(numeric="numeric: [age]", categorical="categorical: {all: any, but: [id]}")["categorical"] == (
        "ward",
        "fp_1",
        "fp_0",
        "height [cm]",
        "city",
        "note",
        "smoker",
        "admitted",
    )


def test_the_columns_of_split_unit_and_slices_are_no_features_of_a_type_and_checked_ones_are() -> None:
    more = "split: {by: group, column: ward}\nevaluation: {unit: ward, slices: [city]}\nchecks: {columns: {note: {}}}\n"
    assert columns(more, categorical="categorical: {all: text}")["categorical"] == ("note",)


def test_a_text_that_is_a_column_s_name_is_that_name() -> None:
    assert columns(numeric='numeric: ["height [cm]", age]')["numeric"] == ("height [cm]", "age")


def test_a_name_goes_before_a_pattern_under_another_kind() -> None:
    found = columns(numeric='numeric: ["fp_*"]', categorical="categorical: [fp_0]")
    assert found == {"numeric": ("fp_1",), "categorical": ("fp_0",)}


def test_a_spec_of_names_is_what_it_was() -> None:
    written = spec()
    assert with_named_columns(written, TYPES) is written


def test_a_spec_with_patterns_is_the_spec_that_names_the_columns() -> None:
    found = named(numeric="numeric: {all: numeric, but: [age, 'height*']}", categorical="categorical: ['c*y']")
    assert found.digest == named(numeric="numeric: [fp_1, fp_0]").digest
    assert with_named_columns(found, TYPES) is found


def test_every_column_stands_where_its_pattern_was_written() -> None:
    found = named(numeric='numeric:\n    - age\n    - "fp_*"', categorical="categorical: {all: text}")
    lines = {use.column: found.place(*use.key) for use in column_uses(found) if use.use == "feature"}
    by_line = {"demo.yaml:7": ["age"], "demo.yaml:8": ["fp_1", "fp_0"], "demo.yaml:9": ["ward", "city", "note"]}
    assert lines == {column: line for line, of_line in by_line.items() for column in of_line}


@pytest.mark.parametrize(
    ("replaced", "told"),
    [
        (
            {"numeric": 'numeric: [age, "pf_*"]'},
            ["demo.yaml:6: features.numeric.1: no column of the data matches 'pf_*'; the nearest is 'fp_0'; columns:"],
        ),
        (
            {"numeric": "numeric: {all: numeric, but: [ags]}"},
            ["demo.yaml:6: features.numeric.but.0: no column of the data matches 'ags'; the nearest is 'age'"],
        ),
        (
            {"text": "datetime: {all: date, but: [admitted]}"},
            ["demo.yaml:8: features.datetime: no column of the data is date, and used by no other key; there are 7"],
        ),
        (
            {"numeric": 'numeric: ["*"]', "categorical": "categorical: []"},
            [
                "demo.yaml:6: features.numeric.0: '*' matches id, which data.key.0 stands for, ill, which"
                " tasks.ill.label stands for, cost, which tasks.cost.label stands for; write a narrower pattern, or"
                " {all: TYPE}, which leaves out what other keys use"
            ],
        ),
        (
            {"numeric": 'numeric: ["fp_*"]', "categorical": 'categorical: ["?p_1"]'},
            [
                "demo.yaml:7: features.categorical.0: '?p_1' and 'fp_*' of features.numeric.0 (demo.yaml:6) both match"
                " fp_1; a column is of one kind: name it there, or narrow a pattern"
            ],
        ),
        (
            {"numeric": "numeric: {all: numeric}", "categorical": "categorical: {all: any}"},
            [
                "demo.yaml:7: features.categorical: 'all any' and 'all numeric' of features.numeric (demo.yaml:6) both"
                " match fp_1, age, fp_0, height [cm]; a column is of one kind"
            ],
        ),
        (
            {"numeric": 'numeric: ["x*"]', "categorical": 'categorical: ["y*"]'},
            ["demo.yaml:6: features.numeric.0: no column", "demo.yaml:7: features.categorical.0: no column"],
        ),
    ],
)
def test_what_a_pattern_cannot_mean_is_told_with_its_line(replaced: dict[str, str], told: Sequence[str]) -> None:
    lines = mistakes(**replaced)
    assert len(lines) == len(told)
    for line, begins in zip(lines, told, strict=True):
        assert line.startswith(begins)
