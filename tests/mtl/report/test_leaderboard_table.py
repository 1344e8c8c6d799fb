"""The leaderboard as people read it."""

from dataclasses import replace

import pytest
from rich.console import Console

from mtl.report.leaderboard_table import (
    label,
    leaderboard_markdown,
    leaderboard_table,
    sampled_sentences,
    strongest_sentences,
    tuned_settings,
)
from mtl.study.leaderboard import Cost, Leaderboard, Standing

NAN = float("nan")


def standing(contender: str, validation: float, test: float, spread: float, told: str = "") -> Standing:
    return Standing("tweet", "r2", contender, f"{contender} tweet", validation, test, spread, NAN, told)


BOARD = Leaderboard(
    ("network", "boosted_trees", "linear"),
    "equal",
    (
        standing("network", 0.59, 0.596, 0.004, "its best epoch is the last"),
        standing("boosted_trees", 0.47, 0.48, 0.0),
        standing("linear", 0.603, 0.61, 0.0),
        standing("equal", 0.6, 0.608, 0.002),
        standing("pcgrad", 0.58, NAN, 0.003),
    ),
    tuple(Cost(each, 1, 2.0, 1.5, 12_000, 3.25) for each in ("network", "boosted_trees", "linear", "equal", "pcgrad")),
)


def test_a_terminal_of_100_columns_shows_baselines_and_the_candidate() -> None:
    console = Console(width=100)
    with console.capture() as capture:
        console.print(leaderboard_table(BOARD))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= 100
    assert "boosted trees" in text
    assert "0.590±0.004 0.596" in text
    assert "0.603 0.610" in text
    assert "12,000" in text
    assert "pcgrad" not in text
    assert len(text.splitlines()) <= 8


def test_the_page_has_every_contender_and_says_what_did_not_converge() -> None:
    page = leaderboard_markdown(BOARD)
    assert (
        "| tweet | r2 ↑ | network | 0.5900 | 0.0040 | 0.5960 | – | network tweet"
        " | not converged: its best epoch is the last |"
    ) in page
    assert "| tweet | r2 ↑ | pcgrad | 0.5800 | 0.0030 | – |" in page
    assert "| boosted trees | 1 | 2.0 | 1.5 | 12,000 | 3.2 |" in page


def test_what_was_fitted_to_a_sample_says_to_how_many_rows() -> None:
    assert list(sampled_sentences(BOARD)) == []
    trees = replace(standing("boosted_trees", 0.47, 0.48, 0.0, "capped"), rows=(1_000_000, 12_800_000))
    board = replace(BOARD, standings=(trees, replace(trees, task="nyt", rows=(9, 10)), *BOARD.standings))
    assert list(sampled_sentences(board)) == [
        "boosted trees was fitted to a uniform sample (tweet: 1,000,000 of 12,800,000 labelled training rows; nyt: 9 of"
        " 10 labelled training rows)."
    ]
    page = leaderboard_markdown(board)
    assert "| not converged: capped; fitted to 1,000,000 of 12,800,000 labelled training rows |" in page


def tuned_board() -> Leaderboard:
    """Of two tasks: one model of all for an approach, one of each for a baseline; the linear one has no range."""
    told = {
        ("network", "tweet"): {"learning_rate": 0.00123456, "trunk": 1.5},
        ("network", "nyt"): {},
        ("linear", "tweet"): {},
        ("equal", "tweet"): {"l2": 0.2},
        ("equal", "nyt"): {"l2": 0.2},
    }
    standings = tuple(
        replace(standing(contender, 0.5, 0.5, 0.0), task=task, settings=settings)
        for (contender, task), settings in told.items()
    )
    return replace(BOARD, standings=standings)


def test_tuned_settings_are_told_once_for_an_approach_and_by_task_for_a_baseline() -> None:
    assert list(tuned_settings(tuned_board())) == [
        "network tuned: tweet: learning_rate 0.001235, trunk × 1.5; nyt: the spec's own",
        "linear tuned: the spec's own",
        "equal tuned: l2 0.2",
    ]
    assert list(tuned_settings(BOARD)) == []


def test_the_page_has_the_settings_of_each_contender_on_each_task_where_something_was_tuned() -> None:
    page = leaderboard_markdown(tuned_board())
    assert "| network tweet |  | learning_rate 0.001235, trunk × 1.5 |" in page
    assert "| linear tweet |  | the spec's own |" in page
    assert "tuned settings" not in leaderboard_markdown(BOARD)


@pytest.mark.parametrize(("texts", "words"), [(True, "a linear model over TF-IDF"), (False, "a linear model")])
def test_where_a_linear_model_wins_a_sentence_says_so(texts: bool, words: str) -> None:
    assert list(strongest_sentences(BOARD, texts)) == [
        f"On tweet {words} is the strongest: r2 0.6100 on the test side; the candidate reaches 0.6080."
    ]


@pytest.mark.parametrize(
    ("contender", "shown"),
    [
        ("boosted_trees(iterations=9)", "boosted trees(iterations=9)"),
        ("equal with cross_stitch",) * 2,
    ],
)
def test_baselines_are_spelled_for_people_and_approaches_as_in_a_spec(contender: str, shown: str) -> None:
    assert label(contender) == shown
