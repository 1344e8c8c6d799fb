"""A backtest's report on disk.

report.md       what it comes to, each decision, each window
backtest.json   the same for machines
metrics.png     each task over the windows
"""

from collections.abc import Iterator
from pathlib import Path

from mtl.backtest.replayed import Backtest
from mtl.report.backtest_plot import backtest_figure
from mtl.report.backtest_tables import MEANING, decisions_markdown, following_markdown, summary_markdown, verdict
from mtl.report.plots import png
from mtl.storage import replaced_folder

PAGE, PICTURE, PLAIN = "report.md", "metrics.png", "backtest.json"

CLAIM = (
    "What each retrain could read ends with its test window; its table holds no later row. The checks of the data are"
    " asked once, of all rows. Where fresh seeds confirm a choice, the spec's first seed makes it; settings are the"
    " spec's own, not tuned; models in use that the spec names are left out."
)


def write_backtest(found: Backtest, target: Path) -> Path:
    """Write a report in place of the last one at `target`."""
    with replaced_folder(target) as folder:
        (folder / PLAIN).write_text(found.to_json(), encoding="utf-8")
        (folder / PICTURE).write_bytes(png(backtest_figure(found)))
        (folder / PAGE).write_text("\n\n".join(_page(found)) + "\n", encoding="utf-8")
    return target


def _page(found: Backtest) -> Iterator[str]:
    yield f"# {found.title}: a backtest"
    yield verdict(found)
    yield f"{MEANING} {CLAIM}"
    yield f"![each task over the windows]({PICTURE})"
    yield "## Over all windows"
    yield f"Bounds hold one-sided at {100 * found.confidence:.4g} %."
    yield summary_markdown(found)
    yield "## Decisions"
    yield decisions_markdown(found)
    yield from _notes(found)
    for summary in found.summaries:
        yield f"## {summary.task} on the windows after the decisions"
        yield following_markdown(found, summary.task)


def _notes(found: Backtest) -> Iterator[str]:
    """Of retrains whose training windows begin before the data do."""
    cut = [f"{tick.tick.as_of} by {tick.tick.days_cut} days" for tick in found.ticks if tick.tick.days_cut]
    if cut:
        yield f"Training windows that the beginning of the data cuts short: {', '.join(cut)}."
