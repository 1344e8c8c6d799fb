"""What a study could not use of its sides is told by the check, by the functions that would fail in the study."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_checks.check_report import FailedCheck
from data_checks.oddities import oddities
from data_checks.side_checks import CLASSES, FEATURES, LABELS, SPLIT, check_sides
from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.errors import DataError
from mtl.spec import Spec
from tests.data_checks.houses import ROWS, TEXT, Defect, houses, houses_spec, on_side, written


def found_in(table: pd.DataFrame, spec: Spec | None = None) -> list[FailedCheck]:
    asked = spec or houses_spec()
    return [finding.as_failure(asked.data.key, table) for finding in check_sides(asked, table).findings]


def test_a_table_that_can_be_used_has_no_finding_and_the_checks_are_counted() -> None:
    assert found_in(houses()) == []
    assert check_sides(houses_spec(), houses()).made == 7 + 3 * 3


CASES: dict[str, tuple[Defect, str, str, str, list[str]]] = {
    "no label on one side": (
        on_side("validation", "price", None),
        LABELS,
        "price",
        "warning",
        ["price: labels", "the validation side holds no label", "not judged", "houses.yaml:12", "houses.yaml:9"],
    ),
    "no label to train on": (on_side("train", "price", None), LABELS, "price", "critical", ["holds 0 labels"]),
    "one class to train on": (on_side("train", "sold", 1), LABELS, "sold", "critical", ["1 distinct values"]),
    "one class on the test side": (
        on_side("test", "sold", 1),
        LABELS,
        "sold",
        "warning",
        ["sold: ", "the test side holds", "all of class 1"],
    ),
    "a rare class on the test side": (
        lambda table: on_side("test", "sold", 0, keep=4)(on_side("test", "sold", 1)(table)),
        LABELS,
        "sold",
        "warning",
        ["the test side holds", "labels beside", "of class 0, of which 5 are needed"],
    ),
    "few labels on the test side": (
        on_side("test", "price", None, keep=60),
        LABELS,
        "price",
        "warning",
        ["the test side holds 60 labels, of which gate.min_labels asks 100"],
    ),
    "classes that training lacks": (
        on_side("test", "grade", "superb", keep=300),
        CLASSES,
        "grade",
        "critical",
        ["on the test side are of others (superb)", "merge rare classes", "houses.yaml:12", "houses.yaml:11"],
    ),
    "a class that training lacks, seldom": (
        on_side("test", "grade", "superb", keep=425),
        CLASSES,
        "grade",
        "warning",
        ["labels on the test side are of others (superb)"],
    ),
    "a feature that does not vary": (written("rooms", slice(None), 3), FEATURES, "rooms", "warning", ["one value"]),
    "a feature that training lacks": (on_side("train", "age", None), FEATURES, "age", "warning", ["no value"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_planted_defect_is_named_with_its_column_and_what_to_do(name: str) -> None:
    defect, check, column, severity, words = CASES[name]
    found = found_in(defect(houses()))
    assert [(each.expectation, each.column, each.severity) for each in found] == [(check, column, severity)]
    for word in words:
        assert word in found[0].message


def test_rows_of_unknown_classes_are_counted_and_shown() -> None:
    table = on_side("test", "grade", "superb", keep=300)(houses())
    found = found_in(table)[0]
    assert found.failed_rows == (table["grade"] == "superb").sum()
    assert found.examples[0][1] == "grade=superb"


def test_an_empty_side_is_the_only_finding() -> None:
    late = houses_spec(
        TEXT.replace("by: hash, validation: 0.2, test: 0.3", "by: time, column: listed, test_days: 9000")
    )
    found = found_in(houses(), late)
    assert [(each.expectation, each.severity) for each in found] == [(SPLIT, "critical")]
    assert "houses.yaml:12: split: the train side is empty" in found[0].message


def test_nothing_that_could_choose_a_candidate_stops_the_study() -> None:
    table = houses()
    for column in ("price", "sold", "grade"):
        table = on_side("validation", column, None)(table)
    assert {each.severity for each in found_in(table)} == {"critical"}


def test_units_are_counted_and_not_rows() -> None:
    spec = houses_spec(TEXT)
    days = spec.model_copy(update={"evaluation": spec.evaluation.model_copy(update={"unit": "block"})})
    found = found_in(houses().assign(block=np.arange(ROWS) % 3), days)
    assert {each.column for each in found} == {"price", "sold", "grade"}
    assert all("in 3 independent units, of which 5 are needed" in each.message for each in found)


def test_a_unit_that_is_finer_than_the_split_s_group_stops_the_study() -> None:
    finer = houses_spec(
        TEXT.replace("by: hash", "by: group, column: block").replace("evaluation: {", "evaluation: {unit: house, ")
    )
    [found] = found_in(houses().assign(block=np.arange(ROWS) % 40), finer)
    assert (found.expectation, found.severity) == (SPLIT, "critical")
    assert "evaluation.unit: house is finer than the split's group" in found.message


@pytest.mark.parametrize("name", [name for name, case in CASES.items()])
def test_what_passes_can_be_prepared_and_what_is_critical_for_its_labels_cannot(name: str, tmp_path: Path) -> None:
    defect, check, _, severity, _ = CASES[name]
    frame = write_frame(defect(houses()), tmp_path / "frames")
    if (check, severity) == (LABELS, "critical"):
        with pytest.raises(DataError):
            prepare(houses_spec(), frame, tmp_path)
    else:
        assert len(prepare(houses_spec(), frame, tmp_path).side("test"))


def test_objects_that_cannot_be_hashed_are_looked_at_by_their_names() -> None:
    table = houses()
    table["town"] = [[town] for town in table["town"]]
    assert found_in(table) == []
    assert oddities(houses_spec(), table).findings == ()


def test_a_training_row_without_a_weight_is_told_before_anything_is_trained() -> None:
    weighed = houses_spec(TEXT.replace("patience: 1}", "patience: 1, sample_weight: trust}"))
    table = houses().assign(trust=1.0)
    assert found_in(table, weighed) == []
    assert check_sides(weighed, table).made == 1 + check_sides(houses_spec(), table).made
    (failure,) = found_in(on_side("train", "trust", -1.0)(table), weighed)
    assert (failure.column, failure.severity) == ("trust", "critical")
    assert "training.sample_weight: column 'trust': expected a number of at least 0" in failure.message
