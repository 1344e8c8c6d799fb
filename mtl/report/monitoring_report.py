"""What `mtl monitor` says: on a terminal, as JSON, as metrics for Prometheus, and as a page."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.table import Table

from mtl.monitoring.moved_columns import MovedColumn
from mtl.monitoring.observing import TaskFinding
from mtl.report.plain_text import plain, print_hanging
from mtl.report.web.monitor_view import promise_plots
from mtl.report.web.page_files import render
from mtl.storage import partial_file

PAGE, METRICS = "monitor.html", "metrics.prom"


@dataclass(frozen=True)
class Monitored:
    """A look at a champion.

    Attributes:
        at: when, ISO 8601 in UTC.
        rows: that were logged of it, and those of them that have labels.
        tasks: what is known of each.
        columns: how like the logged rows are to those that it was made from.
        moved_back: what became of a rollback; empty where none was asked, or none was called for.
    """

    name: str
    version: str
    at: str
    rows: tuple[int, int]
    tasks: tuple[TaskFinding, ...]
    columns: tuple[MovedColumn, ...]
    moved_back: str = ""

    @property
    def alarms(self) -> tuple[TaskFinding, ...]:
        """The tasks of which the promise is broken."""
        return tuple(each for each in self.tasks if each.alarmed_at)

    def with_move(self, told: str) -> Self:
        """With what became of the rollback."""
        return replace(self, moved_back=told)

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        tasks = [{**asdict(each), "verdict": each.verdict} for each in self.tasks]
        columns = [
            {"name": each.name, "index": each.drift.index, "distance": each.drift.distance, "moved": each.moved}
            for each in self.columns
        ]
        about = {"name": self.name, "version": self.version, "at": self.at, "moved_back": self.moved_back}
        return {**about, "rows": self.rows[0], "labelled": self.rows[1], "tasks": tasks, "columns": columns}


def alarm_sentences(found: Monitored) -> tuple[str, ...]:
    """A sentence for each task that is worse, and what became of a rollback."""
    told = [
        f"Version {found.version} of {found.name} is worse than {each.opponent} on {each.task}: its loss is"
        f" {each.difference:+.4g} above, after {each.labels:,} labels; e-value {each.evidence:.3g} of {each.limit:g}."
        for each in found.alarms
    ]
    return (*told, *([found.moved_back] if found.moved_back else []))


def sentence(found: Monitored) -> str:
    """The verdict."""
    if found.alarms:
        names = ", ".join(each.task for each in found.alarms)
        return f"Harm: version {found.version} is worse than what it replaced on {names}."
    unwatched = [each.task for each in found.tasks if each.problem]
    rest = f" Not watched in this look: {', '.join(unwatched)}." if unwatched else ""
    return f"No harm is shown of version {found.version} on any of {len(found.tasks)} tasks.{rest}"


def print_monitored(found: Monitored, page: Path, console: Console) -> None:
    """For people: a row for each task, the verdict, and what has moved."""
    table = Table("task", "labels", "excess loss", "at any time", "e-value", "then", "now", "verdict", box=None)
    for each in found.tasks:
        table.add_row(*map(plain, (*task_cells(each), each.verdict)))
    console.print(table)
    print_hanging(console, sentence(found), style="bold red" if found.alarms else "bold green")
    for line in lines(found):
        print_hanging(console, line)
    print_hanging(console, str(page), "Page: ")


def task_cells(each: TaskFinding) -> tuple[str, ...]:
    """What a table says of a task, without the verdict."""
    lower, upper = each.interval
    shown = (f"{each.difference:+.4g}", f"[{lower:+.3g}, {upper:+.3g}]") if each.labels else ("–", "–")
    now = f"{each.now.difference:+.4f} [{each.now.lower:+.4f}, {each.now.upper:+.4f}]" if each.now else "–"
    then = f"{each.then.difference:+.4f} [{each.then.lower:+.4f}, {each.then.upper:+.4f}] {each.then.metric}"
    return each.task, f"{each.labels:,}", *shown, f"{each.evidence:.3g} of {each.limit:g}", then, now


def lines(found: Monitored) -> Iterator[str]:
    """What else there is to say."""
    yield f"{found.rows[0]:,} rows were logged of version {found.version}, {found.rows[1]:,} of them have labels."
    for each in found.tasks:
        if each.problem:
            yield f"{each.task}: {each.problem}."
    if moved := [each for each in found.columns if each.moved]:
        told = ", ".join(f"{each.name} (index {each.drift.index:.2f})" for each in moved)
        yield f"Unlike the rows that it was made from: {told}."
    elif found.columns:
        yield f"None of {len(found.columns)} columns has moved."
    if found.moved_back:
        yield found.moved_back


def metrics_text(found: Monitored) -> str:
    """For Prometheus, in its text format: node_exporter's textfile collector reads such a file."""
    named = f'model="{found.name}",version="{found.version}"'
    of_tasks = {
        "mtl_monitor_alarm": [float(bool(each.alarmed_at)) for each in found.tasks],
        "mtl_monitor_e_value": [each.evidence for each in found.tasks],
        "mtl_monitor_labels": [float(each.labels) for each in found.tasks],
    }
    told = []
    for metric, values in of_tasks.items():
        pairs = zip(found.tasks, values, strict=True)
        told.append(f"# TYPE {metric} gauge")
        told += [f'{metric}{{{named},task="{each.task}"}} {value:.10g}' for each, value in pairs]
    moved = sum(each.moved for each in found.columns)
    told += ["# TYPE mtl_monitor_moved_columns gauge", f"mtl_monitor_moved_columns{{{named}}} {moved}"]
    return "\n".join(told) + "\n"


def write_monitoring_report(found: Monitored, folder: Path) -> Path:
    """Replace the metrics and the page of a model; gives the page."""
    view = {
        "heading": f"{found.name}: version {found.version} under watch",
        "found": found,
        "sentence": sentence(found),
        "lines": list(lines(found)),
        "plots": promise_plots(found.tasks),
        "tasks": [(task_cells(each), each.verdict) for each in found.tasks],
        "columns": found.columns,
    }
    for name, text in {METRICS: metrics_text(found), PAGE: render(PAGE, view)}.items():
        with partial_file(folder / name) as partial:
            partial.write_text(text, encoding="utf-8")
            partial.replace(folder / name)
    return folder / PAGE
