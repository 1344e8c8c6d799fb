"""A draft as YAML that teaches: a short line on each key, and at the end what was not sure."""

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

import yaml

from mtl.data.column_types import column_types
from mtl.draft.drafted import Draft
from mtl.draft.feature_lists import FeatureList, feature_list
from mtl.draft.some_names import some
from mtl.draft.task_seen import TaskSeen
from mtl.shown import printable

WIDTH = 110
COMMENT = 34
"""Column at which short lines are explained."""

MOST_CHECKS = 30
"""Columns whose bounds are written."""

MANY_ROWS = 200_000
"""Rows from which on a network needs few passes over them."""

LISTED = 12
"""Names that a comment lists."""

PLAIN = re.compile(r"[^\W\d]\w*")
RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"}

KINDS = {
    "numeric": "amounts; a missing one is told to the models",
    "categorical": "names; each is equal to itself and to nothing else",
    "boolean": "true or false, 1 or 0",
    "datetime": "dates: how long ago, and where in year, week and day",
    "text": "sentences, read word by word",
}


def spec_yaml(draft: Draft, name: str, source: Sequence[str], told: str) -> str:
    """The text of a spec.

    Args:
        draft: what it says.
        name: of the study.
        source: lines that say where the rows come from.
        told: the command that it was drafted by.
    """
    head = f"Drafted by `{told}` from {draft.seen.sample.which}. Every line is yours to change."
    parts = [
        _comment(head),
        _line(f"name: {scalar(name)}", "of the study, and of the registered model"),
        *_data(draft, source),
        *_features(draft),
        *_tasks(draft.tasks),
        *_split(draft),
        *_models(draft),
        *_checks(draft),
        *_unsure(draft.doubts),
    ]
    return yaml.reader.Reader.NON_PRINTABLE.sub("?", "\n".join(parts)) + "\n"


def scalar(value: str | float) -> str:
    """A value as YAML reads it back, a text always as a text."""
    if not isinstance(value, str):
        return f"{value:.12g}"
    plain = PLAIN.fullmatch(value) and value.isascii() | value.isalpha() and value.lower() not in RESERVED
    return value if plain else json.dumps(value, ensure_ascii=False)


def of_path(path: str) -> list[str]:
    """Lines on a file."""
    plain = re.fullmatch(r"[\w./-]+", path) and path.isascii()
    shown = path if plain else json.dumps(path, ensure_ascii=False)
    return [_line(f"  path: {shown}", "relative to this file; text may be compressed (.gz)")]


def of_query(url: str, query: str) -> list[str]:
    """Lines on a database."""
    return [
        "  sql:",
        _line(f"    url: {json.dumps(url)}", "${NAME} stands for a variable of the environment"),
        _line(f"    query: {json.dumps(query, ensure_ascii=False)}", "with ORDER BY the same rows are the same data"),
    ]


def _data(draft: Draft, source: Sequence[str]) -> Iterator[str]:
    yield "data:"
    yield from source
    why = {
        "separator": "between two cells",
        "decimal": "before the decimals of a number",
        "encoding": "of the characters",
    }
    for key, value in draft.seen.sample.written.items():
        yield _line(f"  {key}: {json.dumps(value)}", why[key])
    if draft.dates:
        yield _line("  dates:", "columns whose dates are not written as 2024-12-31")
        yield from (f"    {scalar(name)}: {json.dumps(written)}" for name, written in draft.dates.items())
    if draft.key:
        yield _line(
            f"  key: {_flow(draft.key)}", "names a row, which keeps its side of the split whatever else changes"
        )
    else:
        yield _comment("key: [...]  would name a row; without one a row is known by its content", "  ")
    if draft.seen.missing:
        yield _line(f"  missing: {_flow(draft.seen.missing)}", "cells that mean: no value")


def _features(draft: Draft) -> Iterator[str]:
    yield ""
    yield _comment("What every prediction is made from: only what is known when it is asked for. Left out:")
    for reason, names in draft.left_out.items():
        yield _comment(f"  {some(names, LISTED)}: {reason}")
    yield "features:"
    for kind, names in draft.features.items():
        yield _comment(KINDS[kind], "  ")
        yield from _entries(kind, _list_of(draft, kind, names))


def _list_of(draft: Draft, kind: str, names: Sequence[str]) -> FeatureList:
    types = column_types(draft.seen.table)
    others = [name for name in map(str, draft.seen.sample.table.columns) if name not in set(names)]
    of_wanted = {types[name] for name in names}
    of_type = of_wanted.pop() if len(of_wanted) == 1 else ""
    unused = [name for name in others if types.get(name) == of_type and name not in draft.used]
    return feature_list(names, of_type, others, unused)


def _entries(kind: str, listed: FeatureList) -> Iterator[str]:
    if listed.all:
        but = f", but: {_flow(listed.but)}" if listed.but else ""
        yield from _wrapped(f"  {kind}: {{all: {listed.all}{but}}}", "    ")
    else:
        yield from _wrapped(f"  {kind}: {_flow(listed.entries)}", "    ")


def _tasks(tasks: Sequence[TaskSeen]) -> Iterator[str]:
    yield ""
    yield _comment("What is learned, from columns of labels; a row may lack any of them.")
    yield "tasks:"
    for task in tasks:
        label = f", label: {scalar(task.column)}" if task.column != task.name else ""
        metric = f", metric: {task.metric}" if task.metric else ""
        balanced = ", balanced: true" if task.balanced else ""
        why = "one class is rare: each counts alike in training" if task.balanced else ""
        yield _line(f"  {task.name}: {{kind: {task.kind}{label}{metric}{balanced}}}", why)


def _split(draft: Draft) -> Iterator[str]:
    yield ""
    yield _comment("Which rows train, which choose among models, and which decide, once.")
    split = draft.split
    match split.by:
        case "column":
            sides = "".join(f", {side}: {_flow(values)}" for side, values in split.values)
            yield _line(f"split: {{by: column, column: {scalar(str(split.column))}{sides}}}", "as it was published")
        case "group":
            yield _line(
                f"split: {{by: group, column: {scalar(str(split.column))}, validation: 0.15, test: 0.25}}",
                "its rows are alike: all of them on one side",
            )
        case _:
            hashed = "of the key" if draft.key else "of what a row holds"
            yield _line("split: {by: hash, validation: 0.15, test: 0.25}", f"{hashed}: a new row moves no old one")
    if draft.unit:
        yield _line(
            f"evaluation: {{unit: {scalar(draft.unit)}}}", "its rows are alike, and are not counted as independent"
        )


def _models(draft: Draft) -> Iterator[str]:
    rows = draft.seen.sample.rows
    size = max(64, min(4096, 2 ** round((rows / 200) ** 0.5 // 1).bit_length()))
    passes = "epochs: 20, patience: 3" if rows > MANY_ROWS else "epochs: 100, patience: 8"
    schemes = "[equal, uncertainty, pcgrad]" if len(draft.tasks) > 1 else "[equal]"
    yield ""
    yield _line(f"training: {{batch_size: {size}, {passes}}}", "it ends once validation stands still for so long")
    yield _line(f"schemes: {schemes}", "ways to weigh the tasks against each other; each is trained")
    yield _line("baselines: [network, boosted_trees, linear]", "of each task alone: what must be beaten")
    yield _line("seeds: [0, 1, 2]", "each network is trained with each")
    yield _line("gate: {confidence: 0.95}", "how sure a promotion must be, on every task")


def _checks(draft: Draft) -> Iterator[str]:
    yield ""
    yield _comment(
        "What must hold before anything is trained. Bounds are half as wide again as what was seen, and warn."
    )
    yield "checks:"
    rows = draft.seen.sample.rows
    yield _line(f"  min_rows: {max(1, rows // 2)}", f"there are {'' if draft.seen.sample.whole else 'about '}{rows:,}")
    rate = min((task.labelled for task in draft.tasks), default=1.0)
    if rate < 0.02:
        yield _line(f"  min_label_rate: {rate / 2:.2g}", "share of the rows that carry a label of a task")
    columns = list(_column_checks(draft))
    if columns:
        yield "  columns:"
        yield from columns[:MOST_CHECKS]
        if len(columns) > MOST_CHECKS:
            yield _comment(f"and so on, for {len(columns) - MOST_CHECKS:,} more", "    ")


def _column_checks(draft: Draft) -> Iterator[str]:
    for name in draft.features.get("text", ()):
        look = draft.seen.look(name)
        if look.missing:
            yield f"    {scalar(name)}: {{max_null_rate: {min(1.0, 2 * look.missing + 0.05):.2g}}}"
    for name in draft.features.get("numeric", ()):
        look = draft.seen.look(name)
        if look.least is not None and look.most is not None:
            least, most = loose_bounds(look.least, look.most)
            yield f"    {scalar(name)}: {{min: {least:.12g}, max: {most:.12g}, severity: warning}}"


def loose_bounds(least: float, most: float) -> tuple[float, float]:
    """Half as far again on either side, two digits each; amounts that were never negative stay so."""
    margin = (most - least) / 2 or 1.0
    low = 0.0 if least >= 0 else least - margin
    return float(f"{low:.2g}"), float(f"{most + margin:.2g}")


def _unsure(doubts: Sequence[str]) -> Iterator[str]:
    if doubts:
        yield ""
        yield _comment("Not sure of:")
        yield from (_comment(doubt, "", "- ") for doubt in doubts)


def _flow(values: Sequence[str | float]) -> str:
    return f"[{', '.join(map(scalar, values))}]"


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _line(text: str, why: str) -> str:
    return f"{f'{text}  ':<{COMMENT}}# {why}" if why else text


def _comment(text: str, indent: str = "", bullet: str = "") -> str:
    """One or several lines of a comment, whatever it quotes."""
    plain = " ".join(printable(text).split()) if not text.startswith(" ") else "  " + " ".join(printable(text).split())
    begins = f"{indent}# {bullet}"
    lines = textwrap.wrap(plain, WIDTH, initial_indent=begins, subsequent_indent=f"{indent}# {' ' * len(bullet)}")
    return "\n".join(lines)
