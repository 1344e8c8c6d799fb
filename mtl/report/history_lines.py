"""What a registered model has been through, for a terminal of any width: a line for each event, and below it why."""

from collections.abc import Iterator

from rich.console import Console

from mtl.registry import DecisionRecord, History
from mtl.registry.model_history import Reign
from mtl.report.plain_text import print_plain


def print_history(history: History, console: Console) -> None:
    """Who was champion, the versions with every decision on them, and looks at test rows, the earliest first."""
    for line in (*_champions(history), *_anchor(history), "", *_versions(history), *_looks(history)):
        print_plain(console, line, soft_wrap=True)


def _champions(history: History) -> Iterator[str]:
    if not history.reigns:
        yield f"No version of {history.name} has been champion yet."
        return
    yield f"Champions of {history.name}:"
    for reign in history.reigns:
        yield f"  version {reign.version}: {_span(reign)} ({reign.how})"
        if reign.why:
            yield f"    {reign.why}"


def _anchor(history: History) -> Iterator[str]:
    if history.anchor is None:
        return
    yield f"Anchor, the best former champion: version {history.anchor}"
    for move in history.anchor_moves:
        before = f"version {move.previous}" if move.previous else "no version"
        yield f"  version {move.version} in place of {before}: {_shown(move.at)} ({move.kind} by {move.by})"


def _looks(history: History) -> Iterator[str]:
    if not history.looks:
        return
    yield ""
    yield f"Looks at test rows by the studies of {history.name}:"
    for look in history.looks:
        granted, rows = look.granted, f"{look.units.units:,} rows"
        yield f"  look {granted.number} at its {rows}: {_shown(look.at)}, {look.outcome} (by {look.by})"
        yield (
            f"    level {granted.level:.4f} of {look.alpha:.4f}, {granted.spent_before:.4f} were spent before;"
            f" {granted.share_fresh:.0%} of the rows were new; study {look.run_id or 'without a run'}"
        )


def _span(reign: Reign) -> str:
    since = f"from {_shown(reign.since)}" if reign.since else "since nobody knows when"
    return f"{since} to {_shown(reign.until)}" if reign.until else f"{since} to this day"


def _versions(history: History) -> Iterator[str]:
    yield f"Versions of {history.name}:"
    for model, registered, records in history.versions:
        yield f"  version {model.version}, registered {_shown(registered)}" + ("" if records else ": never decided on")
        for record in records:
            yield f"    {_decision(record)}"
            yield f"      {record.sentence}"


def _decision(record: DecisionRecord) -> str:
    word = f"{'promote' if record.promote else 'reject'}{', signed' if record.signature else ''}"
    compared = f"version {record.compared}" if record.compared else "no champion"
    return (
        f"{word}: {_shown(record.at)}, compared with {compared}, asked for by {record.asked_by}, study"
        f" {record.origin.study}"
    )


def _shown(at: str) -> str:
    """`2026-01-31 12:00:05 UTC` for a time as the registry has it; anything else as it is."""
    day, known, rest = at.partition("T")
    return f"{day} {rest[:8]} UTC" if known else at
