"""How often the monitor alarms without cause, and how soon it finds harm: `python -m tests.monitoring --streams 10000`.

A stream is a sequence of clipped loss differences between a champion and the model that it replaced, at most so many
labels long, looked at every 25 labels. Without harm any alarm is a false one. Harm is 2 standard errors per thousand
labels: after the first thousand the mean of the differences stands 2 of its standard errors above what is tolerated.
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.mtl.monitoring.streams import ALPHA, first_alarms, stream

HARM = 2 / np.sqrt(1000)
"""In standard deviations of a difference."""

AT_ONCE = 100
"""Streams that are looked at together."""

TAILS = {"normal": np.inf, "Student's t, 3 degrees": 3.0}


@dataclass(frozen=True)
class Rates:
    """What many streams come to.

    Attributes:
        false_alarms: share of the streams without harm that alarmed.
        found: share of the streams with harm that alarmed.
        median: labels until half of them had; likewise `most`, 90 %.
    """

    false_alarms: float
    found: float
    median: int
    most: int


def measured(streams: int, labels: int, tails: float) -> Rates:
    """So many streams of so many labels without harm, and a tenth as many twice as long with it."""
    rng = np.random.default_rng(0)
    quiet = alarms(rng, streams, labels, 0.0, tails)
    harmed = alarms(rng, max(streams // 10, 1), 2 * labels, HARM, tails)
    delays = np.where(harmed > 0, harmed, np.iinfo(np.int64).max)
    median, most = (int(np.quantile(delays, share, method="higher")) for share in (0.5, 0.9))
    return Rates(float((quiet > 0).mean()), float((harmed > 0).mean()), median, most)


def alarms(rng: np.random.Generator, streams: int, labels: int, harm: float, tails: float) -> NDArray[np.int64]:
    """After how many labels each of so many streams alarms; 0 for never."""
    found = []
    for first in range(0, streams, AT_ONCE):
        some = [stream(rng, labels, harm, tails) for _ in range(min(AT_ONCE, streams - first))]
        found.append(first_alarms(np.stack([each for each, _ in some]), np.array([bound for _, bound in some])))
    return np.concatenate(found)


def main() -> None:
    """Print a line for each kind of tails."""
    parser = argparse.ArgumentParser(prog="python -m tests.monitoring", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--labels", type=int, default=5_000)
    asked = parser.parse_args()
    for name, tails in TAILS.items():
        rates = measured(asked.streams, asked.labels, tails)
        sys.stdout.write(
            f"{name}: {rates.false_alarms:.2%} of {asked.streams:,} streams of {asked.labels:,} labels alarmed without"
            f" harm (α = {ALPHA:.0%}); harm was found after {rates.median:,} labels in half of the streams, after"
            f" {rates.most:,} in 90 %, and in {rates.found:.1%} within {2 * asked.labels:,}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
