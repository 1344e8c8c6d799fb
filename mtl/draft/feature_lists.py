"""Columns of a kind of feature as a spec writes them: by name, by pattern, or all but some."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

LONGEST = 30
"""Names that are written one by one."""

FEWEST_ALIKE = 4
"""Columns of one pattern."""


@dataclass(frozen=True)
class FeatureList:
    """What a spec says of a kind of feature.

    Attributes:
        entries: names and patterns; empty where all columns of a type are meant.
        all: the type of all columns that are meant.
        but: those that are left out.
    """

    entries: tuple[str, ...] = ()
    all: str = ""
    but: tuple[str, ...] = ()


def feature_list(wanted: Sequence[str], of_type: str, others: Collection[str], unused: Collection[str]) -> FeatureList:
    """The shortest list of some columns.

    Args:
        wanted: the columns, in the order of the table.
        of_type: the spec's word for the type that all of them have; empty where they have several.
        others: all other columns of the table, which no pattern may match.
        unused: those of them that have this type and no use in the study.
    """
    if len(wanted) <= LONGEST:
        return FeatureList(tuple(wanted))
    patterns = _patterns(wanted, others)
    if len(patterns) <= LONGEST:
        return FeatureList(patterns)
    if of_type and len(unused) <= LONGEST:
        return FeatureList(all=of_type, but=tuple(unused))
    return FeatureList(tuple(wanted))


def _patterns(wanted: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    """Names, and in place of many that begin alike a pattern, if it matches no other column."""
    begins: dict[str, list[str]] = {}
    for name in wanted:
        begins.setdefault(_beginning(name), []).append(name)
    entries: list[str] = []
    for beginning, names in begins.items():
        pattern = f"{beginning}*"
        matched = [name for name in (*wanted, *others) if fnmatchcase(name, pattern)]
        alone = len(names) >= FEWEST_ALIKE and beginning and set(matched) == set(names)
        entries.extend([pattern] if alone else names)
    return tuple(entries)


def _beginning(name: str) -> str:
    """What stands before the last number or the last part of a name."""
    found = re.fullmatch(r"(.*?\D)\d+", name) or re.fullmatch(r"(.*_)[^_]+", name)
    beginning = found.group(1) if found else ""
    return "" if re.search(r"[*?\[\]]", beginning) else beginning
