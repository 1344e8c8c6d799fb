"""What is tried next follows from a seed and from the values so far."""

import math

import pytest

from mtl.errors import SpecError
from mtl.ranges import Range
from mtl.spec import parse_spec
from mtl.tuning import sampler
from mtl.tuning.sampler import Sampler, require_sampler
from tests.mtl.spec.texts import changed

RANGES = {"rate": Range(1e-4, 1e-1, log=True), "leaves": Range(2, 64, log=True, whole=True), "share": Range(0.0, 0.5)}


def tried(seed: int, count: int = 12, failing: int = -1) -> list[dict[str, float]]:
    asked = Sampler(RANGES, seed)
    asked.tell_known({"rate": 1.0, "leaves": 500, "share": 0.2}, math.inf if failing == 0 else 0.7)
    points = []
    for number in range(1, count + 1):
        points.append(asked.ask())
        asked.tell(math.inf if number == failing else abs(points[-1]["share"] - 0.4))
    return points


def test_the_same_seed_and_values_ask_for_the_same_and_other_seeds_for_other_points() -> None:
    assert tried(1) == tried(1)
    assert tried(1) != tried(2)


@pytest.mark.parametrize("failing", [0, 3])
def test_a_failed_trial_does_not_end_the_search(failing: int) -> None:
    assert len(tried(1, failing=failing)) == 12


def test_points_are_in_the_ranges() -> None:
    for point in tried(3, count=30):
        assert 1e-4 <= point["rate"] <= 1e-1
        assert point["leaves"] in range(2, 65)
        assert 0.0 <= point["share"] <= 0.5


def test_the_search_learns() -> None:
    points = tried(5, count=40)
    early, late = ([abs(point["share"] - 0.4) for point in half] for half in (points[:10], points[-10:]))
    assert sum(late) < sum(early)


def test_that_optuna_is_missing_is_told_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "NEEDS", "no_such_package")
    require_sampler(parse_spec(changed(""), "rows.yaml"))
    with pytest.raises(SpecError, match=r"rows\.yaml:15: tuning\.trials: .*pip install 'mtl-pipeline\[tuning\]'"):
        require_sampler(parse_spec(changed("tuning: {trials: 2}\n"), "rows.yaml"))
