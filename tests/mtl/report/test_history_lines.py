"""The lines of `mtl history`."""

import io

from rich.console import Console

from mtl.promotion.error_budget import Granted
from mtl.registry import DecisionRecord, History, ModelVersion, Origin
from mtl.registry.ledger import LedgerEntry
from mtl.registry.model_history import Reign
from mtl.registry.moves import Move
from mtl.report.history_lines import print_history
from tests.mtl.promotion.looks import rows


def shown(history: History) -> str:
    console = Console(file=io.StringIO(), width=60)
    print_history(history, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_reign_and_every_decision_has_a_line_and_no_text_is_read_as_markup() -> None:
    record = DecisionRecord(
        "m",
        "2",
        False,
        "Reject: [red]worse[/].",
        "2026-01-31T12:00:00.25",
        "1",
        "a@b",
        Origin("r" * 32, "", "", ""),
        "",
        "",
    )
    reigns = (Reign("1", "2026-01-01", "", "promotion by a@b", "Promote."), Reign("3", "", "", "by hand", ""))
    first, second = ModelVersion("m", "1", "r"), ModelVersion("m", "2", "r")
    out = shown(History("m", reigns, ((first, "2025-12-31", ()), (second, "2026-01-30", (record, record)))))
    assert "  version 1: from 2026-01-01 to this day (promotion by a@b)\n    Promote.\n" in out
    assert "  version 3: since nobody knows when to this day (by hand)" in out
    assert out.count("Reject: [red]worse[/].") == 2
    assert out.count("    reject: 2026-01-31 12:00:00 UTC, compared with version 1, asked for by a@b, study r") == 2
    assert "version 1, registered 2025-12-31: never decided on" in out
    assert "Anchor" not in out
    assert "Looks" not in out


def test_the_anchor_and_every_look_at_test_rows_have_their_lines() -> None:
    at = "2026-01-31T12:00:00+00:00"
    moves = (Move("promotion", "1", None, at, "a@b"), Move("rollback", "2", "1", at, "a@b"))
    granted = Granted(2, 0.0111, 0.0167, 0.0222, 0.25)
    look = LedgerEntry(7, "d" * 64, "m", "r" * 32, "a@b", at, 0.05, granted, rows(range(1200)), "rejected")
    out = shown(History("m", (), (), "2", moves, (look,)))
    assert "Anchor, the best former champion: version 2\n" in out
    assert "  version 1 in place of no version: 2026-01-31 12:00:00 UTC (promotion by a@b)\n" in out
    assert "  version 2 in place of version 1: 2026-01-31 12:00:00 UTC (rollback by a@b)\n" in out
    assert "Looks at test rows by the studies of m:\n" in out
    assert "  look 2 at its 1,200 rows: 2026-01-31 12:00:00 UTC, rejected (by a@b)\n" in out
    assert "    level 0.0111 of 0.0500, 0.0167 were spent before; 25% of the rows were new; study rrr" in out
