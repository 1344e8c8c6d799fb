"""The lines of `mtl history`."""

import io

from rich.console import Console

from mtl.registry import DecisionRecord, History, ModelVersion, Origin
from mtl.registry.model_history import Reign
from mtl.report.history_lines import print_history


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
