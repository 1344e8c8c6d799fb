from pathlib import Path

import numpy as np
import pytest

from mtl.errors import DataError
from mtl.monitoring.watch import TaskWatch, limit_of
from mtl.monitoring.watch_store import read_watches, write_watches
from tests.mtl.monitoring.streams import numbers, promised

NOW = "2024-05-01T00:00:00+00:00"


def keys(start: int, stop: int) -> np.typing.NDArray[np.uint64]:
    return np.arange(start, stop, dtype=np.uint64)


def seen(watch: TaskWatch, rows: int, error: float, first_key: int = 0, now: str = NOW) -> TaskWatch:
    """With labels of which the opponent is off by `error`, where the champion is off by 1."""
    truth, champion, opponent = numbers(rows, 5 + first_key, error)
    return watch.after(truth, (champion, opponent), keys(first_key, first_key + rows), (limit_of(1), now))


def test_a_champion_that_stays_better_raises_no_alarm_and_its_interval_says_so() -> None:
    watch = seen(TaskWatch.start(promised()), 3000, 1.3)
    assert watch.alarmed_at == ""
    assert watch.log_evidence < 0
    assert watch.bets.interval(0.05)[1] < 0


def test_a_champion_that_has_become_worse_raises_one_that_keeps_its_time() -> None:
    watch = seen(TaskWatch.start(promised()), 3000, 0.3)
    assert watch.alarmed_at == NOW
    assert watch.log_evidence > np.log(limit_of(1))
    later = seen(watch, 4000, 1.6, first_key=10_000, now="2024-06-01T00:00:00+00:00")
    assert later.alarmed_at == NOW


def test_a_label_counts_once() -> None:
    once = seen(TaskWatch.start(promised()), 500, 1.0)
    twice = seen(once, 500, 1.0)
    assert twice.bets.count == once.bets.count == 500
    np.testing.assert_array_equal(twice.bets.log_wealth, once.bets.log_wealth)
    more = seen(once, 600, 1.0, first_key=0)
    assert more.bets.count == 600


def test_with_more_tasks_more_evidence_is_asked_of_each() -> None:
    assert limit_of(1) == 20
    assert limit_of(5, 0.1) == 50


def test_what_is_known_goes_on_with_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "home" / "watches.safetensors"
    assert read_watches(file) == {}
    start = TaskWatch.start(promised())
    first = seen(start, 700, 0.3)
    write_watches(file, {"weight": first, "height": start})
    stored = read_watches(file)
    assert list(stored) == ["weight", "height"]
    straight, resumed = (seen(each, 300, 0.3, first_key=700) for each in (first, stored["weight"]))
    np.testing.assert_array_equal(resumed.bets.log_wealth, straight.bets.log_wealth)
    np.testing.assert_array_equal(resumed.counted, straight.counted)
    assert resumed.promise == straight.promise
    assert stored["height"].bets.count == 0
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("content", [b"", b"nonsense", b'{"format": 1}' * 20])
def test_a_file_that_was_damaged_is_not_taken_for_a_beginning(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "watches.safetensors"
    file.write_bytes(content)
    with pytest.raises(DataError, match="restore it, or remove it to begin anew"):
        read_watches(file)
