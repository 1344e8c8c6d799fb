"""What a person is told of a draft."""

from mtl.data.delimited import Dialect
from mtl.draft.draft_summary import summary
from tests.mtl.draft.test_spec_yaml import drafted, numbers


def test_the_terminal_is_told_what_was_found() -> None:
    table = numbers("a", "y").assign(id=range(len(numbers("a"))), one=1)
    lines = list(summary(drafted(table, "y", dialect=Dialect(";"))))
    assert lines[:5] == [
        "rows.csv: all 300 rows, 4 columns; separator ';'",
        "Tasks: y (regression)",
        "Features: 1 numeric",
        "Left out: id: names rows",
        "Left out: one: holds one value",
    ]
    assert lines[5] == "Key: id. Split: by hash"
