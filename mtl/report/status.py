"""How the studies of a home stand: what is late, what fails, what came last. In lines, and as a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mtl.report.tally import RESULTS, Tally
from mtl.report.web.page_files import render

UNKNOWN = "no Prefect server runs: whether schedules are late is not known"


@dataclass(frozen=True)
class Standing:
    """Of one study.

    Attributes:
        tally: what it came to so far.
        schedule: when it retrains, in words; empty where it has no schedule, or that is not known.
        late: ticks that are due and that nobody has begun.
    """

    tally: Tally
    schedule: str = ""
    late: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """What asks for someone to look; none where all is well."""
        failing = (f"failing: {self.tally.sentence}",) if self.tally.is_failing else ()
        late = (f"late: {self.late} ticks are due, and nobody has begun them",) if self.late else ()
        drifted = self.tally.drifted
        moved = (f"drifting: not what the champion was trained on: {', '.join(drifted)}",) if drifted else ()
        return (*late, *failing, *moved)

    @property
    def ended(self) -> str:
        """When the last study ended, for people; UTC."""
        last = max(self.tally.succeeded, self.tally.failed)
        return f"{datetime.fromtimestamp(last, UTC):%Y-%m-%d %H:%M} UTC" if last else "never"

    @property
    def counts(self) -> str:
        """What studies came to, in words."""
        found = (f"{self.tally.results[result]} {result}" for result in RESULTS if self.tally.results.get(result))
        return ", ".join(found) or "no study yet"

    @property
    def state(self) -> str:
        """In a word."""
        if self.tally.is_failing:
            return "failing"
        return "late" if self.late else "drifting" if self.tally.drifted else "well"

    def __str__(self) -> str:
        """In lines."""
        lines = [f"{self.tally.study}: {self.state}; last {self.tally.last or 'nothing'}, {self.ended} ({self.counts})"]
        lines += [f"  {line}" for line in (self.schedule, *self.problems) if line]
        return "\n".join(lines)


@dataclass(frozen=True)
class StatusPage:
    """Everything that `status.html` shows.

    Attributes:
        made: when, for people.
        note: what is not known; empty if all is.
    """

    heading: str
    made: str
    standings: tuple[Standing, ...]
    note: str


def status_page(standings: Sequence[Standing], home: str, note: str, now: datetime) -> str:
    """One file of HTML, which asks for nothing from anywhere."""
    made = f"{now:%Y-%m-%d %H:%M %Z} · {home}"
    return render("status.html", StatusPage("How the studies stand", made, tuple(standings), note))


def status_lines(standings: Sequence[Standing], note: str) -> str:
    """The same in lines, problems first."""
    ordered = sorted(standings, key=lambda one: (not one.problems, one.tally.study))
    return "\n".join([*map(str, ordered), *([note] if note else [])]) or "No study has ended in this home yet."
