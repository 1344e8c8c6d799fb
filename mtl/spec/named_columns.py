"""Patterns of a spec's features → the names of columns, once the data are known."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import translate
from typing import TypeAlias

from mtl.hints import did_you_mean
from mtl.spec.column_uses import ColumnUse, column_uses
from mtl.spec.consistency import Inconsistency
from mtl.spec.features_section import AllOfType, ColumnType, FeaturesSpec, WrittenEntry
from mtl.spec.mistakes import MOST_SHOWN
from mtl.spec.study_spec import Spec

Key: TypeAlias = tuple[str, ...]

WILD = re.compile(r"[*?\[]")
"""What makes a pattern of a text that is no column's name."""

FREE = ("check", "slice")
"""Uses of a column that a pattern may make a feature of."""

SHOWN, LISTED = 5, 30
"""Columns that a message names, and of those that there are."""


def with_named_columns(spec: Spec, types: Mapping[str, ColumnType]) -> Spec:
    """The spec with every pattern replaced by the names that it stands for, each in the order of the data.

    A text that is a column's name is that name, whatever characters are in it. A column that is named under one kind is
    left out by patterns under others. `{all: …}` takes what no other key uses, other patterns included.

    Args:
        spec: as it was written; without `pattern_mistakes`.
        types: of the columns of the data, in their order.
    """
    return _named(spec, _matches(spec, types)) if has_patterns(spec, types) else spec


def pattern_mistakes(spec: Spec, types: Mapping[str, ColumnType]) -> Iterator[Inconsistency]:
    """Patterns that match nothing, a column that another key uses, or one that another kind's pattern matches, too."""
    if has_patterns(spec, types):
        found = _matches(spec, types)
        yield from _missed(found, types)
        yield from _taken(spec, found)
        yield from _shared(spec, found)


def unknown_columns(spec: Spec, available: Sequence[str], told: Container[Key] = ()) -> Iterator[Inconsistency]:
    """Keys that name a column which the data lack or have more than once, or a pattern of names that none has.

    Those beyond the number that is shown have no words.

    Args:
        spec: as it was written, or with its columns named.
        available: the columns of the data, in their order.
        told: keys of which something is known already.
    """
    counted = Counter(available)
    types: dict[str, ColumnType] = dict.fromkeys(available, "any")
    left = MOST_SHOWN
    for use in (*column_uses(spec), *_dates(spec)):
        pattern = use.use == "feature" and is_pattern(use.column, types)
        if use.key in told or (any(_like(use.column, types)) if pattern else counted[use.column] == 1):
            continue
        # A hint compares with every column of the data: of thousands of mistakes the first will do.
        hinted = (_no_match(use.column, types) if pattern else _wrong_count(use.column, available)) if left else ""
        yield Inconsistency(hinted, use.key)
        left = max(0, left - 1)


def _dates(spec: Spec) -> Iterator[ColumnUse]:
    """Columns of which it is said how their dates are written, whether the study reads them or not."""
    yield from (ColumnUse(("data", "dates", name), name, "check") for name in spec.data.dates)


def has_patterns(spec: Spec, columns: Container[str]) -> bool:
    """Whether a feature is anything but the name of a column."""
    return any(isinstance(entry, AllOfType) or is_pattern(entry, columns) for _, _, entry in spec.features.entries())


def is_pattern(text: str, columns: Container[str]) -> bool:
    """Whether a text is no column's name and stands for several."""
    return text not in columns and WILD.search(text) is not None


Matches = Mapping[WrittenEntry, tuple[str, ...]]
"""The columns of each entry; a name is its own, whether the data have it or not."""


def _matches(spec: Spec, types: Mapping[str, ColumnType]) -> Matches:
    entries = list(spec.features.entries())
    texts = {each: each.entry for each in entries if isinstance(each.entry, str)}
    names = {text for text in texts.values() if not is_pattern(text, types)}
    found = {each: (text,) if text in names else tuple(_like(text, types, names)) for each, text in texts.items()}
    used = {use.column for use in column_uses(spec) if use.use != "check"}.union(*found.values())
    for each in entries:
        if isinstance(each.entry, AllOfType):
            left_out = used.union(*(_like(pattern, types) for pattern in each.entry.but))
            of_type = (name for name, kind in types.items() if each.entry.all in (kind, "any"))
            found[each] = tuple(name for name in of_type if name not in left_out)
    return {each: found[each] for each in entries}


def _like(pattern: str, columns: Mapping[str, ColumnType], but: Container[str] = ()) -> Iterator[str]:
    if not is_pattern(pattern, columns):
        yield from (pattern,) if pattern in columns else ()
        return
    matches = re.compile(translate(pattern)).match
    yield from (name for name in columns if matches(name) and name not in but)


def _missed(found: Matches, types: Mapping[str, ColumnType]) -> Iterator[Inconsistency]:
    """Patterns that match nothing, exceptions among them: who misspells one learns from what he meant to leave out."""
    for (key, _, entry), names in found.items():
        if isinstance(entry, str):
            if not names:
                yield Inconsistency(_no_match(entry, types), key)
            continue
        for position, pattern in enumerate(entry.but):
            if not any(_like(pattern, types)):
                yield Inconsistency(_no_match(pattern, types), (*key, "but", str(position)))
        if not names:
            yield Inconsistency(_none_of_type(entry, types), key)


def _taken(spec: Spec, found: Matches) -> Iterator[Inconsistency]:
    """Columns that a pattern matches and another key uses: a label or a key would be learned from."""
    uses: dict[str, ColumnUse] = {}
    for use in column_uses(spec):
        if use.use != "feature" and use.use not in FREE:
            uses.setdefault(use.column, use)
    for (key, _, entry), names in found.items():
        taken = [name for name in names if name in uses and name != entry]
        if taken:
            by = [f"{name}, which {'.'.join(uses[name].key)} stands for" for name in taken]
            yield Inconsistency(
                f"'{entry}' matches {_some(by)}; write a narrower pattern, or {{all: TYPE}}, which leaves out what"
                " other keys use",
                key,
            )


def _shared(spec: Spec, found: Matches) -> Iterator[Inconsistency]:
    """Columns of two kinds."""
    first: dict[str, WrittenEntry] = {}
    clashes: dict[tuple[WrittenEntry, WrittenEntry], list[str]] = {}
    for each, names in found.items():
        for name in names:
            other = first.setdefault(name, each)
            if other.kind != each.kind:
                clashes.setdefault((other, each), []).append(name)
    for (other, each), shared in clashes.items():
        yield Inconsistency(
            f"'{each.entry}' and '{other.entry}' of {'.'.join(other.key)} ({spec.place(*other.key)}) both match"
            f" {_some(shared)}; a column is of one kind: name it there, or narrow a pattern",
            each.key,
        )


def _named(spec: Spec, found: Matches) -> Spec:
    columns: dict[str, dict[str, Key]] = {}
    for each, names in found.items():
        of_kind = columns.setdefault(each.kind, {})
        for name in names:
            of_kind.setdefault(name, each.key)
    written: dict[Key, Key] = {
        ("features", kind, str(position)): key
        for kind, of_kind in columns.items()
        for position, key in enumerate(of_kind.values())
    }
    listed = {
        kind: tuple(of_kind) for kind, of_kind in columns.items() if spec.features.root[kind] != next(iter(of_kind))
    }
    return spec.with_features(FeaturesSpec({**spec.features.root, **listed}), written)


def _no_match(pattern: str, types: Mapping[str, ColumnType]) -> str:
    stem = WILD.split(pattern)[0] or pattern.strip("*?")
    alike = {name[: len(stem)]: name for name in types}
    close = get_close_matches(stem, alike, n=1)
    hint = f"the nearest is '{alike[close[0]]}'; " if close else did_you_mean(pattern, types)
    return f"no column of the data matches '{pattern}'; {hint}columns: {_some(list(types), LISTED)}"


def _none_of_type(entry: AllOfType, types: Mapping[str, ColumnType]) -> str:
    counts = {kind: sum(kind == other for other in types.values()) for kind in dict.fromkeys(types.values())}
    there = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no column"
    return (
        f"no column of the data is {entry.all}, and used by no other key; there are {there}; leave it out, or name"
        " columns"
    )


def _wrong_count(column: str, available: Sequence[str]) -> str:
    if column in available:
        return f"column '{column}' stands {available.count(column)} times in the data; which one is meant?"
    shown = ", ".join(available[:LISTED]) + (", …" if len(available) > LISTED else "")
    return f"no column '{column}' in the data; {did_you_mean(column, available)}columns: {shown}"


def _some(words: Sequence[str], shown: int = SHOWN) -> str:
    return ", ".join(words[:shown]) + (f" and {len(words) - shown} more" if len(words) > shown else "")
