"""What a registered model has been through, for a terminal."""

from rich.console import Console
from rich.table import Table

from mtl.registry import DecisionRecord, History
from mtl.report.plain_text import plain

STILL = "now"
UNKNOWN = "unknown"


def print_history(history: History, console: Console) -> None:
    """Two tables: who was champion, and the versions with every decision on them."""
    console.print(reigns_table(history))
    console.print()
    console.print(versions_table(history))


def reigns_table(history: History) -> Table:
    """The champions, the earliest first."""
    table = Table(title=f"Champions of {history.name}", title_justify="left", box=None, pad_edge=False)
    for name in ("version", "from", "until", "how", "why"):
        table.add_column(name, overflow="fold")
    for reign in history.reigns:
        words = (reign.version, reign.since or UNKNOWN, reign.until or STILL, reign.how, reign.why)
        table.add_row(*map(plain, words))
    return table


def versions_table(history: History) -> Table:
    """The versions, the earliest first, each with its decisions."""
    table = Table(title=f"Versions of {history.name}", title_justify="left", box=None, pad_edge=False)
    for name in ("version", "registered", "decision", "at", "compared with", "asked by", "study", "why"):
        table.add_column(name, overflow="fold")
    for model, registered, records in history.versions:
        rows = [_decision(record) for record in records] or [("none", "", "", "", "", "")]
        for row in rows:
            table.add_row(*map(plain, (model.version, registered, *row)))
    return table


def _decision(record: DecisionRecord) -> tuple[str, ...]:
    word = "promote" if record.promote else "reject"
    signed = ", signed" if record.signature else ""
    compared = f"version {record.compared}" if record.compared else "no champion"
    return (
        word + signed,
        record.at.partition(".")[0],
        compared,
        record.asked_by,
        record.origin.study[:8],
        record.sentence,
    )
