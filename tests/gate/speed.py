"""How long resampling takes at the size that is promised."""

from collections.abc import Sequence

from threadpoolctl import threadpool_limits

from tests.mtl.evaluation.bench_resamples import RESAMPLES, ROWS, TASKS, seconds
from tests.mtl.evaluation.cases import KIND_AND_METRIC


def speed(kinds_and_metrics: Sequence[tuple[str, str]] = KIND_AND_METRIC) -> str:
    """The section of the page: seconds of each metric in one thread."""
    lines = ["| metric | of a task that is | seconds |", "| --- | --- | --- |"]
    with threadpool_limits(1):
        lines += [f"| {metric} | {kind} | {seconds(kind, metric):.1f} |" for kind, metric in kinds_and_metrics]
    told = f"Two models on {TASKS} tasks of {ROWS:,} rows, {RESAMPLES:,} resamples, one thread."
    return "\n".join(["### Bootstrap", "", told, "", *lines, ""])
