"""A bundle that was made ready predicts what the bundle predicts, whatever the batch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.models.sharing.hard import Hard
from mtl.models.sharing.soft import Soft
from mtl.models.sharing_way import Sharing
from mtl.serving.bundle import Bundle, load_bundle, write_bundle
from mtl.serving.compared import difference, plain_columns
from mtl.serving.compiled import Compiled, compiled, unlike
from mtl.serving.row_layout import TypedRows
from tests.mtl.serving import wide
from tests.mtl.serving.test_dates_and_truth_values import STUDY as VISITS
from tests.mtl.serving.test_dates_and_truth_values import visits
from tests.mtl.serving.trained import Trained, trained_on

SAME = 1e-6


def typed(ready: Compiled, bundle: Bundle, table: pd.DataFrame) -> TypedRows:
    columns = plain_columns(bundle, table)
    rows = ready.layout.read(list(zip(*(columns[name] for name in ready.layout.names), strict=True)))
    assert rows is not None
    return rows


def answered(ready: Compiled, rows: TypedRows) -> pd.DataFrame:
    return pd.DataFrame(ready.form.rows(ready.predict(rows)))


def require_same(bundle: Bundle, table: pd.DataFrame) -> None:
    """All rows at once, and the first ones alone."""
    ready, table = compiled(bundle), table.reset_index(drop=True)
    expected = bundle.predict(table)
    rows = typed(ready, bundle, table)
    assert difference(answered(ready, rows), expected, SAME) is None
    assert difference(pd.DataFrame(ready.form.rows(ready.predict_many(rows))), expected, SAME) is None
    for row in range(3):
        alone = answered(ready, typed(ready, bundle, table.iloc[[row]]))
        assert difference(alone, expected.iloc[[row]].reset_index(drop=True), SAME) is None
    assert unlike(ready, bundle) is None


@pytest.mark.parametrize("members", [1, 8])
def test_ten_thousand_rows_of_numbers(members: int, tmp_path: Path) -> None:
    bundle = load_bundle(wide.bundle(tmp_path / "wide", members=members))
    assert compiled(bundle).plain
    require_same(bundle, wide.rows(10_000))


def test_texts_categories_and_missing_cells(loaded: Bundle, trained: Trained) -> None:
    """One task is auxiliary, and one reads another."""
    assert [task.auxiliary for task in loaded.trained] == [True, False, False]
    require_same(loaded, trained.table[[column.name for column in loaded.columns]])


@pytest.mark.parametrize("sharing", [Hard(), Soft()])
def test_dates_truth_values_and_other_ways_of_sharing(sharing: Sharing, tmp_path: Path) -> None:
    frame = write_frame(visits(), tmp_path / "frames")
    left = trained_on(frame.table, prepare(VISITS, frame, tmp_path / "prepared"), sharing)
    rows = frame.table[list(VISITS.features.columns)]
    write_bundle(tmp_path / "bundle", left.prepared.tasks, left.prepared.transforms, left.shape, left.weights, rows[:3])
    require_same(load_bundle(tmp_path / "bundle"), rows)


def test_a_copy_that_predicts_otherwise_is_told_by_its_numbers(tmp_path: Path) -> None:
    bundle = load_bundle(wide.bundle(tmp_path / "wide"))
    ready = compiled(bundle)
    wrong = replace(ready, form=replace(ready.form, mean=ready.form.mean + 1e-4))
    assert "in column 0 of row 0" in (unlike(wrong, bundle) or "")


def test_what_overflows_is_named_by_column_and_row(tmp_path: Path) -> None:
    ready = compiled(load_bundle(wide.bundle(tmp_path / "wide")))
    predictions = np.zeros((3, 6))
    assert ready.form.not_finite(predictions) is None
    predictions[2, 4] = np.inf
    assert ready.form.not_finite(predictions) == ("task_4", 2)
