"""What studies of a home came to over time, counted: for Prometheus, and for whoever asks how things stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import ConfigDict

from mtl.jsonable import EXACT

RESULTS = ("promoted", "accepted", "rejected", "unchanged", "failed")
"""What a study comes to; *unchanged*: it had its answer already."""

FAILED = "failed"


@dataclass(frozen=True)
class Tally:
    """Of the studies of one name, since their home began to count.

    Attributes:
        results: how many came to what.
        seconds: that all of them took.
        runs_failed: trainings that gave no result.
        last: what the last one came to; empty before the first.
        sentence: of its decision, or why it failed.
        succeeded, failed: seconds since 1970 when one last came to a decision, and to none; 0 if none did.
        drifted: what the last study found moved since the champion was trained, if that is still champion.
        late: seconds after its time at which the last scheduled one began; 0 where no schedule asked.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    study: str
    results: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    runs_failed: int = 0
    last: str = ""
    sentence: str = ""
    succeeded: float = 0.0
    failed: float = 0.0
    late: float = 0.0
    drifted: tuple[str, ...] = ()

    @property
    def moved(self) -> int:
        """How many columns have."""
        return len(self.drifted)

    @property
    def is_failing(self) -> bool:
        """Whether the last study failed."""
        return self.last == FAILED

    def after(self, result: str, sentence: str, began: float, now: float, runs_failed: int = 0) -> "Tally":
        """With one more, which began and ended so many seconds after 1970."""
        return replace(
            self,
            results={**self.results, result: self.results.get(result, 0) + 1},
            seconds=self.seconds + max(0.0, now - began),
            runs_failed=self.runs_failed + runs_failed,
            last=result,
            sentence=sentence,
            succeeded=self.succeeded if result == FAILED else now,
            failed=now if result == FAILED else self.failed,
        )


def exposition_of(tallies: Iterable[Tally]) -> str:
    """In the text format that Prometheus' node exporter reads from files."""
    return "\n".join(_lines(tuple(tallies))) + "\n"


def _lines(tallies: tuple[Tally, ...]) -> Iterator[str]:
    yield from _head("mtl_studies_total", "counter", "Studies that ended, by what they came to.")
    for tally in tallies:
        for result in RESULTS:
            yield f'mtl_studies_total{{{_study(tally)},result="{result}"}} {tally.results.get(result, 0)}'
    yield from _head("mtl_study_seconds", "summary", "How long studies took.")
    for tally in tallies:
        yield f"mtl_study_seconds_sum{{{_study(tally)}}} {tally.seconds:.3f}"
        yield f"mtl_study_seconds_count{{{_study(tally)}}} {sum(tally.results.values())}"
    for name, kind, what, value in _GAUGES:
        yield from _head(name, kind, what)
        for tally in tallies:
            yield f"{name}{{{_study(tally)}}} {getattr(tally, value)}"


_GAUGES = (
    ("mtl_runs_failed_total", "counter", "Trainings that gave no result.", "runs_failed"),
    ("mtl_study_last_success_timestamp_seconds", "gauge", "When a study last came to a decision.", "succeeded"),
    ("mtl_study_last_failure_timestamp_seconds", "gauge", "When a study last failed.", "failed"),
    ("mtl_study_late_seconds", "gauge", "How late the last scheduled study began.", "late"),
    ("mtl_study_drifted_columns", "gauge", "Columns that are not what the champion was trained on.", "moved"),
)


def _head(metric: str, kind: str, what: str) -> Iterator[str]:
    yield f"# HELP {metric} {what}"
    yield f"# TYPE {metric} {kind}"


def _study(tally: Tally) -> str:
    escaped = tally.study.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'study="{escaped}"'
