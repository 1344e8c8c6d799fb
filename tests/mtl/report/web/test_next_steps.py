"""What is said to whoever reads a verdict that is not yes: which key of the spec to change."""

from dataclasses import replace

import pytest
import yaml

from mtl.evaluation.comparison import TaskComparison
from mtl.promotion.decision import TaskVerdict, Verdict
from mtl.report.web.next_steps import hint_of, is_short
from mtl.spec import Spec, parse_spec
from tests.mtl.promotion.cases import compared_on, make_difference
from tests.mtl.studies import SMALL

SPEC: Spec = parse_spec(yaml.safe_dump(SMALL))


def verdict(word: Verdict, reason: str = "r2 +0.01") -> TaskVerdict:
    return TaskVerdict("price", word, reason)


def found(lower: float = -0.01, width: float = 0.04, labels: int = 400, rare: int = 400) -> TaskComparison:
    return replace(compared_on(make_difference(lower=lower, width=width, labels=labels)), rare_labels=rare)


@pytest.mark.parametrize("word", ["better", "no worse"])
def test_a_task_that_could_be_taken_over_needs_nothing(word: Verdict) -> None:
    assert hint_of(SPEC, verdict(word), found()) == ""
    assert not is_short(SPEC, verdict(word), found(labels=5))


def test_too_few_labels_are_named_with_the_key_that_asks_for_them() -> None:
    told = hint_of(SPEC, verdict("undecided"), found(labels=95))
    assert told.startswith("`gate: {min_labels}` asks for 100 test labels; there are 95. More rows")
    assert is_short(SPEC, verdict("undecided"), found(labels=95))


def test_too_few_labels_of_a_rare_class_likewise() -> None:
    told = hint_of(SPEC, verdict("undecided"), found(rare=12))
    assert told.startswith(
        "`gate: {min_rare_labels}` asks for 30 test labels outside the most frequent class; there are 12."
    )
    assert is_short(SPEC, verdict("undecided"), found(rare=12))


@pytest.mark.parametrize("nothing", [None, found(lower=float("nan"))])
def test_where_nothing_was_compared_the_task_needs_labels(nothing: TaskComparison | None) -> None:
    assert hint_of(SPEC, verdict("undecided"), nothing).startswith("Nothing could be compared")
    assert is_short(SPEC, verdict("undecided"), nothing)


def test_a_worse_task_may_be_shared_otherwise_and_evidence_was_there() -> None:
    assert "`sharing:`" in hint_of(SPEC, verdict("worse"), found(lower=-0.2))
    assert not is_short(SPEC, verdict("worse"), found(lower=-0.2))


@pytest.mark.parametrize(
    ("lower", "told"),
    [
        (-0.04, "No gain to be seen on these rows."),
        (-0.001, "Somewhat more test labels, or more seeds"),
        (-0.01, "About 4 times as many test labels, or more seeds (`gate: {confirmation}`)"),
        (-0.0199, "The gain is too small for any number of labels"),
    ],
)
def test_an_undecided_task_needs_as_many_more_labels_as_its_interval_is_too_wide(lower: float, told: str) -> None:
    assert hint_of(SPEC, verdict("undecided"), found(lower=lower)).startswith(told)


def test_an_opponent_that_did_not_converge_says_itself_what_to_change() -> None:
    assert hint_of(SPEC, verdict("undecided", "not converged: raise training.epochs"), found()) == ""
