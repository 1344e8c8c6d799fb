"""A table of which every column was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from mtl.data.missing_marks import Mark, without_marks
from mtl.draft.column_look import ColumnLook, look_at_column
from mtl.draft.marks_seen import marks_seen
from mtl.draft.sampling import Sample


@dataclass(frozen=True)
class Seen:
    """A table, looked at.

    Attributes:
        sample: the rows.
        table: the same without marks of missing values, each column of one name.
        looks: what its columns are, in their order.
        missing: the marks.
        doubts: what was not sure, a line each.
        unusable: columns that cannot be named in a spec, with the reason.
    """

    sample: Sample
    table: pd.DataFrame
    looks: tuple[ColumnLook, ...]
    missing: tuple[Mark, ...]
    doubts: tuple[str, ...]
    unusable: Mapping[str, str]

    @cached_property
    def by_name(self) -> Mapping[str, ColumnLook]:
        """What each column is."""
        return {look.name: look for look in self.looks}

    def look(self, name: str) -> ColumnLook:
        """What a column is."""
        return self.by_name[name]


def look_at(sample: Sample) -> Seen:
    """Look at every column of a sample."""
    counted = pd.Series([str(name) for name in sample.table.columns]).value_counts()
    unusable = {str(name): "stands several times in the header" for name, times in counted.items() if times > 1}
    unusable |= {
        name: "has no name; give it one in the file, if it is to be used" for name in counted.index if not name.strip()
    }
    unusable |= {name: "has a name that YAML cannot hold" for name in counted.index if not _printable(name)}
    table = sample.table.loc[:, [str(name) not in unusable for name in sample.table.columns]]
    marks = marks_seen(table)
    table = without_marks(table, list(table.columns), marks.marks)
    looks = tuple(look_at_column(str(name), column) for name, column in table.items())
    return Seen(sample, table, looks, marks.marks, (*marks.doubts, *_doubtful_dates(looks)), unusable)


def _doubtful_dates(looks: Sequence[ColumnLook]) -> list[str]:
    return [
        f"{look.name}: read as {look.spelling.written}, though {look.spelling.also[0]} would fit every date as well"
        for look in looks
        if look.spelling and look.spelling.also
    ]


def _printable(name: str) -> bool:
    return name.isprintable()
