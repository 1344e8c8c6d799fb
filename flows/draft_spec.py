"""`mtl init`: from a file to a spec that is written beside it."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path

from rich.console import Console

from mtl.data.matching_files import matching_files
from mtl.data.sources.sql import MEMORY, SQLITE, SqlSource
from mtl.draft.draft_summary import summary
from mtl.draft.drafted import draft
from mtl.draft.sampling import take_sample
from mtl.draft.seen_table import Seen, look_at
from mtl.draft.some_names import some
from mtl.draft.spec_yaml import of_path, of_query, spec_yaml
from mtl.draft.sql_sample import query_sample
from mtl.draft.task_seen import last_columns, likely_targets, may_be_target, plain_name
from mtl.errors import DataError, UserError
from mtl.hints import did_you_mean
from mtl.report.plain_text import print_plain
from mtl.shown import reason_of
from mtl.spec import parse_spec
from mtl.storage import partial_file

Ask = Callable[[str], str]
"""A question to a person, and the answer."""

LISTED = 20
"""Columns that are offered."""


@dataclass(frozen=True)
class Asked:
    """What `mtl init` was told.

    Attributes:
        files: paths, or a pattern; none for a query.
        targets: columns of labels, or patterns of them.
        key: columns that name a row.
        name: of the study; empty for that of the file.
        out: where the spec goes; None for beside the caller, by its name.
        force: whether a file there is replaced.
        sql: the address of a database, and a query.
    """

    files: Sequence[str]
    targets: Sequence[str] = ()
    key: Sequence[str] = ()
    name: str = ""
    out: Path | None = None
    force: bool = False
    sql: tuple[str, str] | None = None


def draft_spec(asked: Asked, console: Console, ask: Ask | None = None) -> Path:
    """Look at files and write a spec; what is not said is asked, if there is anyone to ask.

    Raises:
        UserError: no such file, no column that is asked for, no target, or a spec that is there already.
        DataError: files that hold no table.
    """
    if bool(asked.files) == bool(asked.sql):
        raise UserError("FILE: expected a file, or --sql URL QUERY, one of them")
    name = asked.name or _name_of(asked)
    out = asked.out or Path(f"{name}.yaml")
    if out.exists() and not asked.force:
        raise UserError(f"--out: '{out}' is there already; give another --out or --name, or --force to replace it")
    seen = look_at(query_sample(SqlSource(*asked.sql)) if asked.sql else take_sample(as_pattern(asked.files)))
    targets = choose_targets(seen, asked.targets, console, ask)
    found = draft(seen, targets, [require_column(seen, "--key", each) for each in asked.key])
    if not found.tasks:
        raise DataError(f"--target: {found.doubts[len(seen.doubts)]}")
    if not found.features:
        raise DataError(f"nothing to predict {', '.join(targets)} from is left: no other column can be a feature")
    text = spec_yaml(found, name, _source(asked, out.parent), f"mtl init {' '.join(asked.files) or '--sql'}")
    parse_spec(text, out.name, out.parent)
    _write(out, text)
    for line in summary(found):
        print_plain(console, line, soft_wrap=True)
    print_plain(console, f"Wrote {out}. Look through it, then: mtl check {out}, and mtl run {out}", soft_wrap=True)
    return out


def _name_of(asked: Asked) -> str:
    """The name of the file, or of the table that a query reads first."""
    if asked.sql:
        table = re.search(r"\bfrom\s+[\"`\[]?(\w+)", asked.sql[1], re.IGNORECASE)
        return plain_name(table.group(1) if table else "", (), "study")
    return plain_name(re.sub(r"[*?]+|\.(gz|csv|tsv|parquet|feather)\b", "", as_pattern(asked.files).name), (), "study")


def _source(asked: Asked, folder: Path) -> list[str]:
    """Lines of the spec on where the rows come from; paths are relative to its folder."""
    if not asked.sql:
        return of_path(os.path.relpath(as_pattern(asked.files), folder))
    url, query = asked.sql
    file = url.removeprefix(SQLITE)
    below = file not in ("", url, MEMORY)
    return of_query(f"{SQLITE}{os.path.relpath(file, folder)}" if below else url, query)


def as_pattern(files: Sequence[str]) -> Path:
    """One path for all files: of several that a shell made of a pattern, the pattern.

    Raises:
        UserError: no pattern matches these files alone.
    """
    if len(files) == 1:
        return Path(files[0])
    folder = Path(files[0]).parent
    names = [Path(file).name for file in files]
    start = _common(names)
    end = _common([name[len(start) :][::-1] for name in names])[::-1]
    pattern = folder / f"{start}*{end}"
    if sorted(matching_files(pattern)) != sorted(map(Path, files)):
        raise UserError(
            f"FILE: {len(files)} files that no pattern names alone: '{pattern}' matches others, too; give one file, or"
            " a pattern in quotation marks"
        )
    return pattern


def choose_targets(seen: Seen, told: Sequence[str], console: Console, ask: Ask | None) -> tuple[str, ...]:
    """The columns of labels: those that were told, those that a person picks, or the only likely one.

    Raises:
        UserError: none, or one that is not there.
    """
    if told:
        return tuple(dict.fromkeys(name for each in told for name in _matching(seen, each)))
    likely = likely_targets(seen.looks)
    if ask is not None:
        return _picked(seen, likely, console, ask)
    if len(likely) == 1:
        return likely
    last = ", ".join(last_columns(seen.looks))
    if likely:
        raise UserError(
            f"--target: {len(likely)} columns may be asked for ({some(likely, LISTED)}); say which, or a pattern:"
            f" --target {likely[0]} --target {likely[1]}"
        )
    raise UserError(
        f"--target: no column is named as a target is; say which is to be learned, --target COLUMN; the last are {last}"
    )


def require_column(seen: Seen, option: str, name: str) -> str:
    """The name of a column that there is.

    Raises:
        UserError: there is none.
    """
    names = [look.name for look in seen.looks]
    if name not in names:
        raise UserError(f"{option}: no column '{name}'; {did_you_mean(name, names)}columns: {some(names, LISTED)}")
    return name


def _matching(seen: Seen, told: str) -> list[str]:
    names = [look.name for look in seen.looks]
    found = [told] if told in names else [name for name in names if fnmatchcase(name, told)]
    for name in found or [require_column(seen, "--target", told)]:
        look = seen.look(name)
        if not may_be_target(look):
            holds = {"constant": "one value", "empty": "no value"}.get(
                look.kind, f"{look.distinct:,} {look.kind} cells"
            )
            raise UserError(
                f"--target: '{name}' cannot be learned: it holds {holds}; expected numbers, truth values, or at most"
                " a hundred classes"
            )
    return found


def _picked(seen: Seen, likely: Sequence[str], console: Console, ask: Ask) -> tuple[str, ...]:
    able = [look.name for look in seen.looks if may_be_target(look)]
    offered = list(dict.fromkeys((*likely, *reversed(able))))[:LISTED]
    print_plain(console, "Which columns are to be learned?")
    for number, name in enumerate(offered, start=1):
        look = seen.look(name)
        print_plain(console, f"{number:4} {name} ({look.kind}, {look.distinct:,} different values)")
    usual = f", or Enter for {some(likely, LISTED)}" if likely else ""
    while True:
        answer = ask(f"Numbers or names, with blanks between them{usual}: ").strip()
        try:
            return _answered(seen, answer.split(), offered) if answer or not likely else tuple(likely)
        except UserError as error:
            print_plain(console, str(error), style="red")


def _answered(seen: Seen, words: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    if not words:
        raise UserError("--target: at least one")
    names = [offered[int(word) - 1] if word.isdigit() and 0 < int(word) <= len(offered) else word for word in words]
    return tuple(dict.fromkeys(found for name in names for found in _matching(seen, name)))


def _write(out: Path, text: str) -> None:
    try:
        with partial_file(out) as partial:
            partial.write_text(text, encoding="utf-8")
            partial.replace(out)
    except OSError as error:
        raise UserError(f"--out: '{out}' cannot be written: {reason_of(error)}") from error


def _common(words: Sequence[str]) -> str:
    """What all words begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*words, strict=False))
    return "".join(letters[0] for letters in alike)
