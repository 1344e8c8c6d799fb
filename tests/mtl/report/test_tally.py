"""Counting what studies come to."""

import re
from dataclasses import replace

from mtl.jsonable import from_json, to_json
from mtl.report.tally import Tally, exposition_of


def test_each_study_is_counted_once_with_when_and_how_long() -> None:
    first = Tally("reviews").after("promoted", "Promote: better.", began=100.0, now=130.0, runs_failed=2)
    assert (first.results, first.seconds, first.runs_failed) == ({"promoted": 1}, 30.0, 2)
    assert (first.succeeded, first.failed, first.is_failing) == (130.0, 0.0, False)
    second = first.after("failed", "no such file", began=200.0, now=201.0)
    assert (second.results, second.seconds) == ({"promoted": 1, "failed": 1}, 31.0)
    assert (second.succeeded, second.failed, second.is_failing) == (130.0, 201.0, True)
    third = second.after("unchanged", "Promote: better.", began=300.0, now=303.0)
    assert (third.is_failing, third.succeeded, third.failed, third.runs_failed) == (False, 303.0, 201.0, 2)
    assert from_json(Tally, to_json(third)) == third


def test_a_clock_that_was_set_back_takes_no_time_away() -> None:
    assert Tally("reviews").after("rejected", "", began=100.0, now=40.0).seconds == 0.0


def test_the_text_is_what_prometheus_reads() -> None:
    tallies = [
        replace(Tally("reviews").after("rejected", "", 0.0, 2.0), drifted=("age", "size")),
        Tally('with "quotes" \\').after("failed", "", 0.0, 1.0),
    ]
    lines = exposition_of(tallies).splitlines()
    assert 'mtl_studies_total{study="reviews",result="rejected"} 1' in lines
    assert 'mtl_studies_total{study="reviews",result="failed"} 0' in lines
    assert 'mtl_study_drifted_columns{study="reviews"} 2' in lines
    assert 'mtl_study_seconds_sum{study="reviews"} 2.000' in lines
    assert 'mtl_study_last_failure_timestamp_seconds{study="with \\"quotes\\" \\\\"} 1.0' in lines
    sample = re.compile(r'[a-z_]+\{study="(?:[^"\\]|\\.)*"(?:,result="[a-z]+")?\} [0-9.e+]+')
    assert [line for line in lines if not line.startswith("#") and not sample.fullmatch(line)] == []
    named = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(named) == len(set(named)) == 7


def test_nothing_was_counted_yet() -> None:
    assert [line for line in exposition_of([]).splitlines() if line and not line.startswith("#")] == []
