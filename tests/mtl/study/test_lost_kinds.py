"""All runs of a kind are lost, or not: of the multi-task models, or of a baseline."""

import pytest

from mtl.run_names import RunName
from mtl.study.lost_kinds import lost_kind

PLANNED = [
    RunName.multi("equal", 0),
    RunName.multi("pcgrad", 0, "mmoe"),
    RunName.single("a", 0),
    RunName.single("b", 0, "a"),
    RunName.single("a", None, baseline="linear"),
    RunName.single("b", None, baseline="linear"),
]


@pytest.mark.parametrize(
    ("failed", "told"),
    [
        ([], ""),
        ([0], ""),
        ([0, 2, 4], ""),
        ([1, 2, 5], ""),
        ([1, 0], "every run of the multi-task models failed; the first, equal, seed 0: why 0"),
        ([2, 3], "every run of the baseline network failed; the first, single-task a, seed 0: why 2"),
        ([5, 4], "every run of the baseline linear failed; the first, linear a: why 4"),
        ([*range(6)], "every run of the multi-task models failed; the first, equal, seed 0: why 0"),
    ],
)
def test_a_kind_is_lost_when_each_of_its_runs_failed(failed: list[int], told: str) -> None:
    assert lost_kind(PLANNED, {str(PLANNED[n]): f"why {n}" for n in failed}) == told


def test_a_study_that_trains_no_candidate_has_lost_none() -> None:
    assert lost_kind(PLANNED[2:], {}) == ""
