"""Progress is shown to whoever watches, and to nobody else."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from flows import progress
from flows.progress import at_work, showing_progress, stage, telling_of_damage, time_left
from mtl.manifest import is_intact_file


def file_console() -> Console:
    return Console(file=io.StringIO(), width=80, force_terminal=False)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_stage_may_have_as_many_parts_as_there_will_be() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with showing_progress(console), stage("Tune", total=None) as tuning:
        tuning.advance("equal, trial 0")
        tuning.advance("equal, trial 1")
    assert "2/?" in written(console)


def test_a_log_has_a_line_per_stage_and_one_per_note() -> None:
    console = file_console()
    with showing_progress(console):
        with stage("Read the data"):
            pass
        with stage("Fit", total=2) as fitting:
            fitting.advance("equal, seed 0")
            fitting.advance()
    assert written(console).splitlines() == ["Read the data …", "Fit …", "  equal, seed 0"]


def test_nothing_is_shown_where_nobody_asked_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    with stage("Fit", total=2) as fitting:
        fitting.advance("equal, seed 0")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_how_far_a_stage_is() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with showing_progress(console), stage("Fit", total=3) as fitting:
        fitting.advance("equal, seed 0")
    assert "Fit" in written(console)
    assert "3/3" in written(console)
    assert "equal, seed 0" not in written(console)


def test_progress_ends_with_its_block_though_it_fails() -> None:
    console = file_console()
    with pytest.raises(ValueError, match="broken"), showing_progress(console), stage("Fit"):
        raise ValueError("broken")
    with stage("Read the data"):
        pass
    assert written(console).splitlines() == ["Fit …"]


def test_of_damaged_files_it_is_told_on_the_terminal_or_above_the_progress(tmp_path: Path) -> None:
    plain, watched = file_console(), file_console()

    def damage(name: str) -> str:
        (tmp_path / name).touch()
        assert not is_intact_file(tmp_path / name, "another")
        return f"{tmp_path / name} is not as it was stored: set aside as {name}.damaged-1, and made anew"

    with telling_of_damage(plain):
        first = damage("one")
        with showing_progress(watched), stage("Read the data"):
            second = damage("two")
    damage("three")
    assert written(plain).splitlines() == [first]
    assert written(watched).splitlines() == ["Read the data …", second]


def test_a_terminal_shows_each_run_under_way_with_what_it_has_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LOOKS", -1.0)
    with showing_progress(console), stage("Fit", total=2) as fitting:
        with at_work("equal, seed 0", lambda: "epoch 7, tweet 0.412"):
            fitting.advance("equal, seed 1")
        shown = written(console)
    assert "equal, seed 0: epoch 7, tweet 0.412" in shown
    with at_work("equal, seed 2", lambda: "never asked"):
        pass
    assert "equal, seed 2" not in written(console)


def test_what_a_run_has_reached_is_looked_up_now_and_then_alone() -> None:
    asked: list[str] = []

    def look() -> str:
        asked.append("looked")
        return "epoch 7"

    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with showing_progress(console), at_work("equal, seed 0", look), stage("Fit", total=50) as fitting:
        for _ in range(50):
            fitting.advance()
    assert asked == []
    assert "equal, seed 0" in written(console)


@pytest.mark.parametrize(
    ("seconds", "done", "left"),
    [(9.0, 1, "about 81 s left"), (60.0, 2, "about 4 min left"), (1.0, 5, ""), (60.0, 0, ""), (60.0, 10, "")],
)
def test_the_time_left_is_that_of_as_many_parts_as_took_so_long(seconds: float, done: int, left: str) -> None:
    now = [0.0]
    bars = Progress(disable=True, get_time=lambda: now[0])
    line = bars.add_task("Fit", total=10)
    now[0] = seconds
    bars.update(line, completed=done)
    assert time_left(bars.tasks[0]) == left
