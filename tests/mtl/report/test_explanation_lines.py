"""Causes and curves as people read them."""

import pytest
from rich.console import Console

from mtl.explanation import named_cause as causes
from mtl.explanation.gains import Gain
from mtl.explanation.learning_curve import SHARES, LearningCurve, learning_curve
from mtl.explanation.named_cause import Shown, named_cause
from mtl.explanation.probes import ALONE, FEWER, REGULARISED, WIDER
from mtl.report.explanation_lines import ADVICE, print_causes, print_curves

QUIET = dict.fromkeys((ALONE, WIDER, REGULARISED, FEWER), Gain(0.0, 0.005))


def lines_of(*shown: Shown, width: int = 100) -> list[str]:
    console = Console(width=width)
    with console.capture() as capture:
        print_causes([(each, named_cause(each)) for each in shown], console)
    return [line.rstrip() for line in capture.get().splitlines()]


def curves(*found: LearningCurve, width: int = 120) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        print_curves(found, console)
    return capture.get()


def test_a_cause_has_what_was_tried_and_the_key_to_change() -> None:
    lines = lines_of(Shown("price", {**QUIET, WIDER: Gain(0.123, 0.02)}))
    assert lines[0] == "price: too little capacity. With a trunk 4 times as wide, loss -12% ± 4%."
    assert "  Raise `model.trunk`." in lines
    assert "  • half the labels: loss -0% ± 1%" in lines or "  • half the labels: loss +0% ± 1%" in lines
    assert lines[-1] == "Losses are those on validation rows; no test row was read."


def test_every_cause_has_advice_and_a_line() -> None:
    assert set(ADVICE) == {
        causes.CONFLICT,
        causes.CAPACITY,
        causes.OVERFITTING,
        causes.LABELS,
        causes.LUCK,
        causes.NOISE,
        causes.UNCLEAR,
    }
    much = Gain(0.2, 0.02)
    told = lines_of(
        Shown("a", {**QUIET, ALONE: much}),
        Shown("b", {**QUIET, FEWER: Gain(-0.2, 0.02)}),
        Shown("c", {**QUIET, FEWER: Gain(-0.03, 0.05)}),
        Shown("d", QUIET, much, Gain(0.0, 0.02)),
    )
    firsts = [line for line in told if line[1:2] == ":"]
    assert firsts == [
        "a: task conflict. With no other task beside it, loss -20% ± 4%.",
        "b: too few labels. With half the labels its loss is +20% ± 4%.",
        "c: unclear. No probe made a difference that is sure.",
        "d: a lucky seed. The chosen run's loss is 20% below the task's alone; other seeds' is not.",
    ]


def test_a_narrow_terminal_hangs_its_lines() -> None:
    lines = lines_of(Shown("a task with a long name", QUIET), width=60)
    assert max(map(len, lines)) <= 60


def test_after_a_promotion_there_is_nothing_to_explain() -> None:
    assert lines_of() == ["The candidate is better on every gated task: there is nothing to explain."]


@pytest.mark.parametrize("width", [80, 120])
def test_a_curve_is_a_row_and_a_sentence(width: int) -> None:
    found = {share: (0.8 - 4 * labels**-0.5,) * 2 for share, labels in zip(SHARES, (125, 250, 500, 1000), strict=True)}
    text = curves(learning_curve("price", "r2", [125, 250, 500, 1000], found), width=width)
    assert "price" in text
    assert "(r2 ↑)" in text
    assert "price: 1,000 labels; twice as many would bring about +0.037, more than chance makes." in " ".join(
        text.split()
    )
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width


def test_a_curve_with_a_missing_point_is_not_continued() -> None:
    text = curves(learning_curve("price", "r2", [1, 2, 4, 8], {share: (float("nan"),) for share in SHARES}))
    assert text.count("–") == 6
    assert "twice as many would" not in text
