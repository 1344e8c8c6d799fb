"""How long a study takes, in words."""

from dataclasses import replace

import pytest

from mtl.report.estimate_line import cpu_time, duration, estimate_line
from mtl.study.estimate import Estimate

HALF = Estimate(
    runs=120,
    early=0,
    known=30,
    confirming=12,
    workers=4,
    cpu_seconds=5400.0,
    wall_seconds=1350.0,
    by_runs=20,
    by_last=0,
    by_probe=90,
    epochs=60,
    unknown=10,
)


def test_the_line_says_how_many_how_long_and_by_what() -> None:
    assert estimate_line(HALF) == (
        "120 runs to train (30 are known), and at most 12 to confirm the choice: about 1.5 CPU hours, 22 min on 4"
        " workers, by what runs of this study took (20 runs) and a few timed batches of each kind of network at 60"
        " epochs a run (90 runs); nothing tells yet how long 10 runs more will take."
    )


def test_a_single_basis_is_not_counted() -> None:
    last = replace(HALF, known=0, confirming=0, workers=1, by_runs=0, by_last=120, by_probe=0, unknown=0)
    assert estimate_line(last) == (
        "120 runs to train: about 1.5 CPU hours, 22 min on 1 worker, by what the last study of this name took."
    )


def test_runs_that_are_stopped_early_are_counted() -> None:
    def told(known: int, early: int) -> str:
        return estimate_line(replace(HALF, known=known, early=early)).partition(", and at most")[0]

    assert told(30, 42) == "120 runs to train (30 are known and 42 are to be stopped early)"
    assert told(0, 1) == "120 runs to train (1 is to be stopped early)"
    assert told(1, 0) == "120 runs to train (1 is known)"


def test_nothing_to_train_and_nothing_known_are_said_as_such() -> None:
    assert estimate_line(replace(HALF, runs=0, known=150)) == "Nothing is left to train: all 150 runs are known."
    unknown = replace(HALF, runs=1, known=0, confirming=0, by_runs=0, by_probe=0, unknown=1)
    assert estimate_line(unknown) == "1 run to train; nothing tells yet how long that takes."


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (36000, "10.0 h")],
)
def test_durations_have_the_unit_that_fits(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.2, "1 CPU minute"),
        (470, "8 CPU minutes"),
        (3570, "60 CPU minutes"),
        (3600, "1.0 CPU hours"),
        (5400, "1.5 CPU hours"),
        (3600 * 1234.5, "1,234 CPU hours"),
    ],
)
def test_cpu_time_is_told_in_minutes_or_two_digits_of_hours(seconds: float, told: str) -> None:
    assert cpu_time(seconds) == told
