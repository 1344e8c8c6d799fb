"""What a server counts, in the text format that Prometheus reads."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from mtl.serving.micro_batches import MicroBatches
from mtl.serving.prediction_log import LogCounts
from mtl.serving.reload import Follower

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds: the upper ends of the classes of latencies."""


class Counts:
    """Requests by status, and latencies of predictions. One process's, and on its event loop alone."""

    def __init__(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._classes = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def note(self, status: int, begun: float) -> None:
        """Note an answer to a request for predictions that began at `begun`, by `time.perf_counter`."""
        seconds = time.perf_counter() - begun
        self._statuses[status] += 1
        self._classes[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def lines(self) -> Iterator[str]:
        """Requests and their latencies."""
        yield from _head("mtl_requests_total", "counter", "Requests for predictions, by the status of the answer.")
        for status, count in sorted(self._statuses.items()):
            yield f'mtl_requests_total{{status="{status}"}} {count}'
        yield from _head("mtl_request_seconds", "histogram", "From a whole request to its answer.")
        below = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._classes, strict=True):
            below += count
            yield f'mtl_request_seconds_bucket{{le="{bound}"}} {below}'
        yield f"mtl_request_seconds_sum {self._seconds}"
        yield f"mtl_request_seconds_count {below}"


def exposition(
    name: str, counts: Counts, batches: MicroBatches, follower: Follower, log: LogCounts | None = None
) -> str:
    """All that is counted. `name`: the registered model's; `log`: None where predictions are not logged."""
    labels = f'model="{_escaped(name)}",version="{_escaped(follower.served.version)}"'
    values = [
        ("mtl_batches_total", "counter", "Batches of small requests that were computed.", batches.batches),
        ("mtl_batch_rows_total", "counter", "Rows in them.", batches.rows),
        ("mtl_queued_requests", "gauge", "Small requests that wait for a batch.", batches.queued),
        ("mtl_champion_look_age_seconds", "gauge", "Since the champion was last known.", follower.age),
        (
            "mtl_champion_unknown",
            "gauge",
            "1 while the champion cannot be told or loaded.",
            int(follower.failure is not None),
        ),
    ]
    if log is not None:
        values += [
            ("mtl_logged_rows_total", "counter", "Predictions that are in the log's files.", log.rows),
            ("mtl_log_dropped_requests_total", "counter", "Requests for which the log had no room.", log.dropped),
            ("mtl_log_lost_total", "counter", "Rows or requests that could not be written to the log.", log.lost),
        ]
    lines = [*counts.lines(), *_head("mtl_served", "gauge", "The version that answers."), f"mtl_served{{{labels}}} 1"]
    for metric, kind, what, value in values:
        lines += [*_head(metric, kind, what), f"{metric} {value}"]
    return "\n".join(lines) + "\n"


def _head(metric: str, kind: str, what: str) -> Iterator[str]:
    yield f"# HELP {metric} {what}"
    yield f"# TYPE {metric} {kind}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
