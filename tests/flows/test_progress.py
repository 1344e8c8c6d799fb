"""Progress is shown to whoever watches, and to nobody else."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from flows.progress import showing_progress, stage, telling_of_damage
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
