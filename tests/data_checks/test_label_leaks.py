"""A feature that is the label in many rows, or holds it in a text, is told of beside the one that it is in all."""

import numpy as np
import pandas as pd
import pytest

from data_checks.label_leaks import label_leaks
from mtl.spec import parse_spec
from tests.data_checks.houses import TEXT, houses

WITH_TEXT = TEXT.replace("  boolean: [garden]", "  boolean: [garden]\n  text: [note]")


def told(table: pd.DataFrame, text: str = TEXT) -> list[str]:
    return [finding.message for finding in label_leaks(parse_spec(text, "houses.yaml"), table)]


@pytest.mark.parametrize(("share", "warned"), [(1.0, True), (0.9, True), (0.6, True), (0.3, False)])
def test_a_label_in_some_rows_of_a_feature(share: float, warned: bool) -> None:
    table = houses()
    copied = np.random.default_rng(1).random(len(table)) < share
    found = told(table.assign(area=table["price"].where(copied, table["area"])))
    assert bool(found) == warned
    if 0.5 < share < 1:
        assert found[0].startswith("area: what is known before the label of price; it equals that label in ")
        assert "remove it from the features (houses.yaml:3)" in found[0]


def test_the_label_of_the_next_row_is_told_and_that_of_the_last_one_is_not() -> None:
    table = houses()
    [found] = told(table.assign(area=table["price"].shift(-1)))
    assert found.startswith(
        "area: what is known before the label of price; it equals that label of the row after it in "
    )
    assert "if that is not known yet, remove it from the features" in found
    assert told(table.assign(area=table["price"].shift(1))) == [], "what was known before is a feature like any other"


def test_of_classes_that_agree_often_nothing_is_said() -> None:
    table = houses()
    guess = table["sold"].where(np.random.default_rng(1).random(len(table)) < 0.9, 1 - table["sold"])
    assert told(table.assign(rooms=guess)) == []


def test_a_text_that_holds_the_answer_is_told_and_another_is_not() -> None:
    table = houses()
    notes = pd.Series("a house in " + table["town"])
    assert told(table.assign(note=notes), WITH_TEXT) == []
    [found] = told(table.assign(note=notes + table["sold"].map({0: "", 1: ", under contract"})), WITH_TEXT)
    assert found.startswith("note: what is known before the label of sold; the word ")
    assert "if it was written after the label was known, remove it from the features" in found
