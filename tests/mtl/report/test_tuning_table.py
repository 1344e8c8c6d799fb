"""What is said of the effort behind a choice."""

import math

from mtl.report.tuning_table import tuning_markdown, tuning_sentences
from mtl.tuning.tuned import Choice, Stopped, Tuning

CHOICES = (
    Choice("equal", "", 10, 3, 1, 4, {"learning_rate": 0.00123456, "trunk": 0.5}, 0.9, 0.8),
    Choice("pcgrad", "", 10, 0, 10, 0, {}, math.inf, math.inf),
    Choice("single-task tweet", "tweet", 10, 2, 0, 0, {}, 0.9, 0.9),
    Choice("linear tweet", "tweet", 1, 0, 0, 0, {}, -0.5, -0.5),
)
TUNING = Tuning(CHOICES, 24, {"tweet": 13})


def test_nothing_is_said_where_nothing_was_tuned() -> None:
    assert list(tuning_sentences(Tuning())) == []


def test_the_effort_and_the_number_that_a_choice_is_the_best_of_are_said() -> None:
    counts, best = tuning_sentences(TUNING)
    assert counts == (
        "Tuned on validation: 10 trials for each of 2 approaches and 1 single-task model; 1 trial for 1 single-task"
        " model (what chooses its options itself on validation has one trial). In all 31 trials, 5 pruned, 11 failed."
    )
    assert best == (
        "The candidate is the best of 24 trained models on validation; the opponent of tweet the best of 13."
    )


def test_where_no_candidate_was_trained_the_opponents_alone_are_counted() -> None:
    _, best = tuning_sentences(Tuning(CHOICES[2:], 0, {"tweet": 13, "nyt": 11}))
    assert best == "On validation the opponent is of tweet the best of 13, of nyt the best of 11 trained models."


def test_that_the_time_said_how_many_is_told() -> None:
    counts, _ = tuning_sentences(Tuning(CHOICES[:1], 10, {}, timed=True))
    assert counts.startswith("Tuned on validation: 10 trials for 1 approach, as many rounds as the time had room for.")


def test_one_trial_for_all_needs_no_excuse() -> None:
    counts, _ = tuning_sentences(Tuning(CHOICES[3:], 0, {"tweet": 1}))
    assert counts == "Tuned on validation: 1 trial for 1 single-task model."


def test_the_table_has_settings_that_a_person_can_write_down() -> None:
    table = tuning_markdown(TUNING)
    assert "| equal | 10 | 3 | 1 | trial 4 | 0.9000 | 0.8000 | learning_rate 0.001235, trunk × 0.5 |" in table
    assert "the spec's own" in table


STOPPED = (Stopped("pcgrad", 6, 3, 4, 0.91234), Stopped("mgda", 6, 4, 4, math.inf), Stopped("equal", 12, 2, 2, 0.9))


def test_approaches_that_were_stopped_are_counted_by_rung_and_listed() -> None:
    [told] = tuning_sentences(Tuning(stopped=STOPPED))
    assert told == (
        "Of 4 approaches 1 was trained to its end; on validation the others were behind: 2 of 4 after 6 epochs, 1 of 2"
        " after 12 epochs."
    )
    table = tuning_markdown(Tuning(stopped=STOPPED))
    assert "| pcgrad | 6 | 3 of 4 | 0.9123 |" in table
    assert "| mgda | 6 | 4 of 4 |" in table
    assert "trial" not in table, "nothing was tuned"
    assert "| equal | 10 |" in tuning_markdown(Tuning(CHOICES, 24, {"tweet": 13}, stopped=STOPPED))
