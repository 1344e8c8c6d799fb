"""Columns that are not what they were when the champion was trained: the world moves, and so do errors."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from data_checks.check_report import FailedCheck
from mtl.data.drift import Drift, drift_of
from mtl.data.profile import ColumnProfile, Profile, counted, recent_rows, sampled
from mtl.data.splits import split_rows
from mtl.data.stored_table import AnyTable, in_memory, rows_at
from mtl.errors import DataError
from mtl.spec import Spec

DRIFT, UNKNOWN, VOLUME = "values_as_the_champion_knew_them", "words_that_the_champion_knew", "as_many_rows"

ROWS = "number of rows"

MOST_UNKNOWN = 0.01
"""Share of rows whose words no training row of the champion had."""

TIMES_AS_MANY = 2.0
"""Factor by which the number of rows may differ."""

MISSING, OTHERS, ONE_WORD = "nothing", "any other word", "one of its words"


@dataclass(frozen=True)
class Known:
    """A champion's version, and what its training rows were like."""

    version: str
    profile: Profile


def drifted(spec: Spec, table: AnyTable, known: Known) -> tuple[FailedCheck, ...]:
    """Warnings on columns, labels and the number of rows; none where the table has no sides, or not these columns."""
    try:
        split = split_rows(spec, table)
    except (DataError, KeyError):
        return ()
    columns = [each for each in known.profile.columns if each.name in table.columns]
    names = list(dict.fromkeys(each.name for each in columns))
    rows = in_memory(rows_at(table, sampled(recent_rows(spec, split))), names)
    found = [drift_of(each, counted(each, rows[each.name])) for each in columns]
    told = (*_volume(known, len(split.train)), *(line for each in found for line in _of_column(spec, each, known)))
    return tuple(FailedCheck(check, column, "warning", message, 0) for check, column, message in told)


def moved(found: Iterable[FailedCheck]) -> tuple[str, ...]:
    """The columns that have drifted by what was found, each once; `ROWS` where they are not as many."""
    drifts = (each for each in found if each.expectation in {DRIFT, UNKNOWN, VOLUME})
    return tuple(dict.fromkeys(each.column or ROWS for each in drifts))


def _volume(known: Known, rows: int) -> Iterator[tuple[str, str | None, str]]:
    before = max(known.profile.rows, 1)
    if not 1 / TIMES_AS_MANY <= rows / before <= TIMES_AS_MANY:
        message = (
            f"about as many rows to train on as version {known.version}, the champion, had; {rows:,} instead of"
            f" {before:,}; look at how they are collected"
        )
        yield VOLUME, None, message


def _of_column(spec: Spec, drift: Drift, known: Known) -> Iterator[tuple[str, str | None, str]]:
    name = drift.before.name
    what = f"the label of {drift.before.label_of}" if drift.before.label_of else name
    champion = f"version {known.version}, the champion, was trained on"
    if drift.is_above(spec.checks.max_drift):
        changed = _most_changed(drift, spec.checks.show_rows)
        message = (
            f"{what}: values like those that {champion}; their stability index is {drift.index:.2f}, of which"
            f" {spec.checks.max_drift:g} is told; {changed}; if that is no error, a retrain is what it"
            f" takes, else correct the data or raise checks.max_drift ({spec.place('checks')})"
        )
        yield DRIFT, name, message
    elif drift.unknown >= MOST_UNKNOWN:
        message = (
            f"{what}: words that {champion}; {drift.unknown:.0%} of the rows hold others, of which it knows nothing;"
            f" correct them, or retrain ({spec.place('checks')})"
        )
        yield UNKNOWN, name, message


def _most_changed(drift: Drift, show_words: bool) -> str:
    """The bin whose share has changed most, in words; a word of the data only where those may be shown."""
    before, now = (np.array([*each.counts, each.missing]) / max(each.rows, 1) for each in (drift.before, drift.now))
    most = int(np.abs(now - before).argmax())
    return f"{_bin(drift.before, most, show_words)}: {before[most]:.0%} of the rows then, {now[most]:.0%} now"


def _bin(profile: ColumnProfile, place: int, show_words: bool) -> str:
    if place == len(profile.counts):
        return MISSING
    if profile.holds == "words":
        if place == len(profile.words):
            return OTHERS
        return repr(profile.words[place]) if show_words else ONE_WORD
    ends = [_shown(profile, edge) for edge in profile.edges]
    if not ends:
        return "any value"
    if place == 0:
        return f"below {ends[0]}"
    return f"from {ends[place - 1]} on" if place == len(ends) else f"from {ends[place - 1]} to {ends[place]}"


def _shown(profile: ColumnProfile, edge: float) -> str:
    if profile.holds == "times":
        return datetime.fromtimestamp(edge, UTC).date().isoformat()
    return f"{edge:.4g}" + (" words" if profile.holds == "lengths" else "")
