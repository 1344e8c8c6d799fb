"""How long a study will take, in a sentence that says what it rests on."""

from collections.abc import Iterator

from mtl.study.estimate import Estimate

HOUR = 3600.0


def estimate_line(estimate: Estimate) -> str:
    """For people."""
    if not estimate.runs:
        return f"Nothing is left to train: all {estimate.known} runs are known."
    counts = ((estimate.known, "known"), (estimate.early, "to be stopped early"))
    told = " and ".join(f"{count} {'is' if count == 1 else 'are'} {what}" for count, what in counts if count)
    confirming = f", and at most {estimate.confirming} to confirm the choice" if estimate.confirming else ""
    head = f"{_runs(estimate.runs)} to train{f' ({told})' if told else ''}{confirming}"
    if estimate.unknown == estimate.runs:
        return f"{head}; nothing tells yet how long that takes."
    time = (
        f"about {cpu_time(estimate.cpu_seconds)}, {duration(estimate.wall_seconds)} on"
        f" {estimate.workers} worker{'s' if estimate.workers > 1 else ''}"
    )
    unknown = f"; nothing tells yet how long {_runs(estimate.unknown)} more will take" if estimate.unknown else ""
    return f"{head}: {time}, by {' and '.join(_bases(estimate))}{unknown}."


def cpu_time(seconds: float) -> str:
    """Two digits of hours, or whole minutes of less than one hour."""
    if seconds < HOUR:
        minutes = max(round(seconds / 60), 1)
        return f"{minutes} CPU minute{'s' if minutes > 1 else ''}"
    hours = seconds / HOUR
    return f"{hours:,.0f} CPU hours" if hours >= 10 else f"{hours:.1f} CPU hours"


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
        (estimate.by_probe, f"a few timed batches of each kind of network at {estimate.epochs} epochs a run"),
    )
    for count, what in told:
        if count:
            yield what if count == estimate.runs else f"{what} ({_runs(count)})"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
