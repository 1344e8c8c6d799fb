"""What may be asked of a table: columns that are likely labels, and the learning task that each makes."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from mtl.draft.column_look import ColumnLook, words_of
from mtl.names import canonical_names

CALLED = re.compile(r"(targets?|labels?|y|class|outcomes?|response|output)\d*")
"""A word of a column that is asked for."""

MOST_CLASSES, FEW_NUMBERS = 100, 10
"""Names that are classes, and whole numbers that are."""

RARE = 0.05
"""Share of the rarer class below which it is counted for more."""

FEWEST_OF_CLASS = 10
"""Rows of a number without which it is an amount."""

FEWEST_BESIDE = 5
"""Rows beside those of the most frequent class without which nothing is learned: the check would refuse the task."""

FEWEST = 20
"""Labels of the rarer class without which a side may hold none."""


@dataclass(frozen=True)
class TaskSeen:
    """A learning task.

    Attributes:
        name: what a spec may call it.
        column: its labels.
        kind: what they are.
        metric: what judges it, where that is not the kind's own.
        balanced: whether each class counts alike.
        labelled: share of the rows that have a label.
        rarest: rows of the rarest class; None of numbers.
        beside: rows of all classes but the most frequent; None of numbers.
        doubts: what may be meant otherwise.
    """

    name: str
    column: str
    kind: Literal["binary", "multiclass", "regression"]
    metric: str | None
    balanced: bool
    labelled: float
    rarest: int | None = None
    beside: int | None = None
    doubts: tuple[str, ...] = ()

    @property
    def learnable(self) -> bool:
        """Whether enough rows differ from the most frequent class for some to be on every side."""
        return self.beside is None or self.beside >= FEWEST_BESIDE


def may_be_target(look: ColumnLook) -> bool:
    """Whether a column can hold labels."""
    if look.kind == "categorical":
        return look.distinct <= MOST_CLASSES
    return look.kind in ("numeric", "boolean")


def likely_targets(looks: Sequence[ColumnLook]) -> tuple[str, ...]:
    """The columns whose first or last word says that they are asked for."""
    return tuple(look.name for look in looks if may_be_target(look) and _is_called_so(look.name))


def last_columns(looks: Sequence[ColumnLook], most: int = 5) -> tuple[str, ...]:
    """The columns that stand last, where labels often do."""
    able = [look.name for look in looks if may_be_target(look)]
    return tuple(able[-most:])


def task_of(look: ColumnLook, column: pd.Series, taken: Collection[str]) -> TaskSeen:
    """The task that a column of labels makes.

    Args:
        look: what the column is.
        column: its labels, missing where there are none.
        taken: names of other tasks.
    """
    name = plain_name(look.name, taken)
    labelled = 1.0 - look.missing
    if look.kind == "numeric" and not _is_classes(look, column):
        return TaskSeen(name, look.name, "regression", None, False, labelled, doubts=_amounts(look))
    counts = pd.Series([label for label in canonical_names(column) if label is not None]).value_counts()
    rarest, share = int(counts.iloc[-1]), counts.iloc[-1] / counts.sum()
    beside, doubts = int(counts.iloc[1:].sum()), _doubts(look, counts)
    if look.kind == "boolean":
        positive = counts.iloc[-1] if counts.index[-1] in ("1", "True", "TRUE", "true") else counts.iloc[0]
        metric = "average_precision" if positive / counts.sum() < RARE else None
        return TaskSeen(name, look.name, "binary", metric, bool(share < RARE), labelled, rarest, beside, tuple(doubts))
    uneven = bool(counts.iloc[0] / counts.sum() > 1.0 - RARE or share < RARE)
    metric = "macro_f1" if uneven else None
    return TaskSeen(name, look.name, "multiclass", metric, uneven, labelled, rarest, beside, tuple(doubts))


def plain_name(text: str, taken: Collection[str] = (), otherwise: str = "task") -> str:
    """A name that a study or a task may have, of a text that is none: letters, digits and underscores."""
    latin = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+|_+", "_", latin).strip("_")[:80]
    name = name if name[:1].isalpha() else f"{otherwise}_{name}".rstrip("_")
    unlike = {each.lower() for each in taken}
    return next(
        each for each in (name, *(f"{name}_{number}" for number in range(2, 10_000))) if each.lower() not in unlike
    )


def _is_called_so(name: str) -> bool:
    words = words_of(name).split("_")
    return any(CALLED.fullmatch(word) for word in (words[0], words[-1]))


def _is_classes(look: ColumnLook, column: pd.Series) -> bool:
    """Few whole numbers are classes, if there are enough rows of each to tell it by."""
    known = column.dropna()
    whole = look.distinct <= FEW_NUMBERS and (known % 1 == 0).all()
    return bool(whole and known.value_counts().min() >= FEWEST_OF_CLASS)


def _amounts(look: ColumnLook) -> tuple[str, ...]:
    few = look.exact and look.distinct <= FEW_NUMBERS
    return (
        (f"{look.name}: {look.distinct} whole numbers are taken for amounts; if not, write kind: multiclass",)
        if few
        else ()
    )


def _doubts(look: ColumnLook, counts: pd.Series) -> Sequence[str]:
    shown = ", ".join(map(str, sorted(counts.index)[:FEW_NUMBERS]))
    if look.kind == "numeric":
        return [f"{look.name}: {shown} are taken for classes; if they are amounts or grades, write kind: regression"]
    if look.kind == "categorical" and len(counts) == 2:
        return [f"{look.name}: {shown} are two classes by name; with 0 and 1 in their place it may be kind: binary"]
    return []
