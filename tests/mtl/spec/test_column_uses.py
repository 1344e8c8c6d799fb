"""The one walk over the columns of a spec."""

from mtl.spec import ColumnUse, column_uses
from tests.mtl.spec.texts import spec


def test_every_key_that_names_a_column_is_yielded_with_its_use() -> None:
    written = spec(
        "split: {by: group, column: ward}\nevaluation: {unit: day}\ntraining: {sample_weight: trust}\n"
        "checks: {columns: {age: {min: 0}, sex: {}}}\n",
        categorical="categorical: [city]\n  boolean: smoker",
    )
    assert list(column_uses(written)) == [
        ColumnUse(("data", "key", "0"), "id", "key"),
        ColumnUse(("split", "column"), "ward", "split"),
        ColumnUse(("evaluation", "unit"), "day", "unit"),
        ColumnUse(("features", "numeric", "0"), "age", "feature", "numeric"),
        ColumnUse(("features", "numeric", "1"), "weight", "feature", "numeric"),
        ColumnUse(("features", "categorical", "0"), "city", "feature", "categorical"),
        ColumnUse(("features", "boolean"), "smoker", "feature", "boolean"),
        ColumnUse(("features", "text"), "note", "feature", "text"),
        ColumnUse(("tasks", "ill", "label"), "ill", "label", "ill"),
        ColumnUse(("tasks", "cost", "label"), "cost", "label", "cost"),
        ColumnUse(("training", "sample_weight"), "trust", "weight"),
        ColumnUse(("checks", "columns", "age"), "age", "check"),
        ColumnUse(("checks", "columns", "sex"), "sex", "check"),
    ]


def test_the_keys_stand_where_the_spec_says() -> None:
    written = spec()
    assert [written.place(*use.key) for use in column_uses(written)] == [
        f"demo.yaml:{line}" for line in (4, 6, 6, 7, 8, 10, 11)
    ]
