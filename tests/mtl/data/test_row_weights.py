"""Weights are those of training rows alone, 1 on average, and a cell that is none is told with its row."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.data.frame import write_frame
from mtl.data.prepared import prepare, prepared_digest
from mtl.data.row_weights import weights_of
from mtl.data.splits import split_rows
from mtl.errors import DataError
from tests.mtl.data.patients import patients, spec

SPLIT = "split: {by: hash, validation: 0.2, test: 0.2}\n"
WEIGHED = spec(f"{SPLIT}training: {{sample_weight: weigh}}\n")


def table(**cells: object) -> pd.DataFrame:
    rows = patients(60).assign(weigh=np.arange(60.0))
    told = {int(row[1:]): cell for row, cell in cells.items()}
    return (
        rows.assign(weigh=pd.Series([told.get(row, float(row)) for row in range(60)], dtype=object)) if told else rows
    )


def test_training_rows_have_their_weights_in_proportion_and_others_none(tmp_path: Path) -> None:
    rows = table()
    frame = write_frame(rows[list(WEIGHED.columns)], tmp_path / "frames")
    prepared, training = prepare(WEIGHED, frame, tmp_path / "prepared"), split_rows(WEIGHED, rows).train
    weights = prepared.side("train").weights
    assert weights is not None
    np.testing.assert_allclose(weights, training / training.mean())
    assert [prepared.side(side).weights for side in ("validation", "test")] == [None, None]
    assert prepare(spec(SPLIT), frame, tmp_path / "prepared").side("train").weights is None


def test_arrays_with_other_weights_are_other_arrays(tmp_path: Path) -> None:
    frame = write_frame(table(), tmp_path)
    assert prepared_digest(WEIGHED, frame) != prepared_digest(spec(SPLIT), frame)


def test_the_unit_of_weights_is_no_matter_and_0_is_one() -> None:
    training = np.arange(10)
    thousands = table().assign(weigh=lambda rows: 1000 * rows["weigh"])
    found, again = (weights_of(WEIGHED, rows, training) for rows in (table(), thousands))
    assert found is not None
    assert again is not None
    np.testing.assert_allclose(found, again)
    assert found[0] == 0.0
    assert found.mean() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("cell", "told"), [(None, "got nothing"), (-0.5, "got -0.5"), ("much", "got 'much'"), (np.inf, "got inf")]
)
def test_a_cell_that_is_no_weight_is_told_with_its_row(cell: object, told: str) -> None:
    with pytest.raises(DataError) as caught:
        weights_of(WEIGHED, table(r7=cell, r9=-1.0), np.array([3, 7, 9]))
    message = str(caught.value)
    assert message.startswith(
        "patients.yaml:14: training.sample_weight: column 'weigh': expected a number of at least 0"
    )
    assert f"{told} in row 7, and such cells in 2 of 3 rows" in message
    assert weights_of(WEIGHED, table(r7=cell, r9=-1.0), np.array([3, 4])) is not None


def test_rows_that_all_count_for_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="got 0 in all 1 training rows"):
        weights_of(WEIGHED, table(), np.array([0]))
