"""How the rows of a table should be split: as published, by what they share, or each by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from mtl.draft.column_look import ColumnLook, words_of
from mtl.names import canonical_names

SIDES = {
    "train": {"train", "training", "tr", "learn", "development"},
    "validation": {"validation", "valid", "val", "dev"},
    "test": {"test", "testing", "te", "holdout", "hold_out", "eval", "evaluation"},
}
"""What others call the sides."""

PUBLISHED = re.compile(r"(^|_)(split|fold|folds|partition|subset|cv|set)(_|$|\d)")

FOLDS = (3, 20)
"""Numbers of folds."""

FEWEST_GROUPS = 50


@dataclass(frozen=True)
class SplitSeen:
    """How rows are split.

    Attributes:
        by: the spec's word.
        column: the column that says a row's side or group.
        values: of a published split, the values of each side.
    """

    by: Literal["hash", "group", "column"] = "hash"
    column: str | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


def find_split(looks: Sequence[ColumnLook], table: pd.DataFrame, used: Sequence[str]) -> SplitSeen:
    """The split that a table asks for; `used` columns are a key of their own, or labels."""
    free = [look for look in looks if look.name not in used]
    for look in free:
        values = published(look, table[look.name]) if FOLDS[1] >= look.distinct > 1 else ()
        if values:
            return SplitSeen("column", look.name, values)
    group = next((look for look in free if is_group(look, len(table))), None)
    return SplitSeen("group", group.name) if group else SplitSeen()


def published(look: ColumnLook, column: pd.Series) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values of each side, where a column holds nothing but the names of sides, or of folds."""
    names = sorted({name for name in canonical_names(column) if name is not None}, key=_in_order)
    sides = {side: tuple(name for name in names if words_of(name) in known) for side, known in SIDES.items()}
    if sum(map(len, sides.values())) == len(names) and sides["train"] and sides["test"]:
        return tuple((side, values) for side, values in sides.items() if values)
    numbered = all(re.fullmatch(r"(fold)?[ _-]?\d+", name.lower()) for name in names)
    if PUBLISHED.search(words_of(look.name)) and numbered and FOLDS[0] <= len(names) <= FOLDS[1]:
        return (("train", tuple(names[:-2])), ("validation", (names[-2],)), ("test", (names[-1],)))
    return ()


def is_group(look: ColumnLook, rows: int) -> bool:
    """Whether a column names something of which there are several rows."""
    return look.named_as_key and look.exact and not look.missing and FEWEST_GROUPS <= look.distinct < 0.9 * rows


def _in_order(name: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", name)
    return (int(digits) if digits else 0, name)
