"""What `mtl serve` makes of its arguments."""

from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import flows.serve_champion
from flows.cli import app
from flows.replaced_models import ReplacedModels
from flows.serve_champion import Where
from mtl.serving.logged_rows import LogTo


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Where]]:
    """What was to be served; nothing is."""
    found: list[tuple[str, Where]] = []

    def serve(name: str, where: Where, console: Console) -> None:
        found.append((name, where))

    monkeypatch.setattr(flows.serve_champion, "serve_champion", serve)
    return found


def test_nothing_is_logged_unless_a_folder_is_named(asked: list[tuple[str, Where]]) -> None:
    assert CliRunner().invoke(app, ["serve", "reviews"]).exit_code == 0
    assert asked == [("reviews", Where("127.0.0.1", 8080, 5.0))]


def test_a_tenth_is_logged_without_texts_unless_more_is_asked_for(
    asked: list[tuple[str, Where]], tmp_path: Path
) -> None:
    command = ["serve", "reviews", "--log-predictions", str(tmp_path)]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert CliRunner().invoke(app, [*command, "--log-share", "1", "--log-texts"]).exit_code == 0
    assert [where.log for _, where in asked] == [LogTo(tmp_path, 0.1), LogTo(tmp_path, 1.0, texts=True)]


def test_a_share_that_is_none_is_told_in_a_line_before_anything_is_served(
    asked: list[tuple[str, Where]], tmp_path: Path
) -> None:
    command = ["serve", "reviews", "--log-predictions", str(tmp_path), "--log-share", "10"]
    answer = CliRunner().invoke(app, command)
    assert answer.exit_code == 2
    assert "--log-share: expected a share above 0 and at most 1, such as 0.1; got 10.0" in answer.output
    assert asked == []


def test_the_replaced_models_are_shown_if_that_is_asked_for(asked: list[tuple[str, Where]]) -> None:
    assert CliRunner().invoke(app, ["serve", "reviews", "--single-task"]).exit_code == 0
    assert [type(where.single_task) for _, where in asked] == [ReplacedModels]
