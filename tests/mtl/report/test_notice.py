"""What whoever does not watch is told: what happened, in the decision's words, and where to look."""

import json
from dataclasses import replace

import pytest

from mtl.errors import MtlError
from mtl.report.notice import EVENTS, LONGEST, Event, Notice, notice_of, notice_of_failure, notice_of_missed
from tests.mtl.promotion.cases import make_evidence
from tests.mtl.report.outcomes import outcome_of

PROMOTED = replace(outcome_of(), moved=True)


def told(notice: Notice | None) -> Notice:
    assert notice is not None
    return notice


def test_a_promotion_is_told_with_the_sentence_of_its_decision_and_with_where_to_look() -> None:
    notice = told(notice_of(PROMOTED, "sqlite:////home/mlflow.db"))
    assert notice.event == "promoted"
    assert notice.text.splitlines() == [
        "reviews: promoted",
        PROMOTED.decision.sentence,
        PROMOTED.promotion,
        "report: /elsewhere/reports/reviews",
        f"run in MLflow: {'0' * 32} at sqlite:////home/mlflow.db",
    ]


def test_what_waits_for_a_person_is_not_called_promoted_and_what_was_refused_is_rejected() -> None:
    assert told(notice_of(outcome_of(), "")).event == "accepted"
    refused = outcome_of(replace(make_evidence(), comparison=None))
    assert not refused.decision.promote
    assert told(notice_of(refused, "")).event == "rejected"


def test_an_answer_that_was_known_is_no_news() -> None:
    assert notice_of(replace(PROMOTED, unchanged_since="2026-01-31T12:00:05+00:00"), "") is None


def test_a_failure_is_told_with_its_reason_in_one_line_and_without_passwords() -> None:
    notice = notice_of_failure("reviews", MtlError("cannot reach\nhttp://me:secret@host/x"), "/home")
    assert notice.text.splitlines()[1] == "cannot reach http://me:***@host/x"
    assert "secret" not in json.dumps(notice.to_plain())
    assert notice_of_failure("reviews", ValueError(), "/home").sentences[0] == "ValueError"


def test_missed_ticks_are_late() -> None:
    notice = notice_of_missed("reviews", 3, "/home")
    assert notice.event == "late"
    assert notice.text.startswith("reviews: late\n3 scheduled studies were missed")


@pytest.mark.parametrize("event", EVENTS)
def test_a_webhook_gets_a_text_for_slack_and_the_same_by_key(event: Event) -> None:
    plain = replace(told(notice_of(PROMOTED, "")), event=event).to_plain()
    assert set(plain) == {"text", "event", "study", "sentence", "where"}
    assert (plain["event"], plain["study"]) == (event, "reviews")
    assert plain["where"]["report"] == "/elsewhere/reports/reviews"
    assert plain["text"].startswith(f"reviews: {event}\n")


def test_slack_takes_nothing_in_a_text_for_a_link_and_a_terminal_nothing_for_a_command() -> None:
    plain = notice_of_failure("reviews", MtlError("a < b & <https://evil|here> \x1b[31m"), "/home").to_plain()
    assert "a &lt; b &amp; &lt;https://evil|here&gt; \\x1b[31m" in plain["text"]


def test_a_text_of_any_length_is_one_that_receivers_take() -> None:
    assert len(notice_of_failure("reviews", MtlError("x" * 100_000), "/home").text) == LONGEST
