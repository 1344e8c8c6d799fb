"""How long a study will take, in a sentence that says what it rests on."""

from collections.abc import Iterator

from mtl.study.estimate import Estimate

LARGE = 3600.0
"""CPU seconds from which on it is worth to say how less would do."""


def estimate_line(estimate: Estimate) -> str:
    """For people."""
    if not estimate.runs:
        return f"Nothing is left to train: all {estimate.known} runs are known."
    known = f" ({estimate.known} are known)" if estimate.known else ""
    confirming = f", and at most {estimate.confirming} to confirm the choice" if estimate.confirming else ""
    head = f"{_runs(estimate.runs)} to train{known}{confirming}"
    if estimate.unknown == estimate.runs:
        return f"{head}; nothing tells yet how long that takes."
    time = (
        f"about {cpu_hours(estimate.cpu_seconds)} CPU hours, {duration(estimate.wall_seconds)} on"
        f" {estimate.workers} worker{'s' if estimate.workers > 1 else ''}"
    )
    return f"{head}: {time}, by {', '.join(_bases(estimate))}."


def cpu_hours(seconds: float) -> str:
    """Two digits, in hours."""
    hours = seconds / 3600
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}" if hours >= 1 else f"{hours:.2g}"


def duration(seconds: float) -> str:
    """In the unit that a person would use."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def _bases(estimate: Estimate) -> Iterator[str]:
    """Of what part of the runs, where not all rest on the same."""
    told = (
        (estimate.by_runs, "what runs of this study took"),
        (estimate.by_last, "what the last study of this name took"),
        (estimate.by_probe, f"a few timed batches of each kind of network, at {estimate.epochs} epochs a run"),
    )
    for count, what in told:
        if count:
            yield what if count == estimate.runs else f"{what} ({_runs(count)})"
    if estimate.unknown:
        yield f"and nothing for {_runs(estimate.unknown)}, not counted"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
