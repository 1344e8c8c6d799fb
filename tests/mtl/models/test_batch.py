"""Batches out of stored arrays: the right rows in the types that PyTorch looks up, and no second copy of the data."""

from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from mtl.features.inputs import Inputs
from mtl.models.batch import Batch, StoredRows, to_batch

Mode = Literal["r", "r+", "c"]
MODES: tuple[Mode, ...] = get_args(Mode)
ROWS = 10


def inputs(rows: int = ROWS) -> Inputs:
    draw = np.random.default_rng(0)
    numbers = draw.normal(size=(rows, 3)).astype(np.float32)
    codes, tokens = draw.integers(0, 5, (rows, 2), dtype=np.int32), draw.integers(0, 9, (rows, 4), dtype=np.int32)
    return Inputs({"numeric": numbers, "categorical": codes, "text": tokens})


def on_disk(folder: Path, given: Inputs, mode: Mode) -> Inputs:
    """The same inputs, memory-mapped."""
    for kind, array in given.arrays.items():
        np.save(folder / f"{kind}.npy", array)
    return Inputs({kind: np.load(folder / f"{kind}.npy", mmap_mode=mode) for kind in given.arrays})


def assert_rows(batch: Batch, given: Inputs, rows: list[int]) -> None:
    assert [part.dtype for part in batch.arrays.values()] == [torch.float32, torch.int64, torch.int64]
    assert list(batch.arrays) == list(given.arrays)
    for kind, part in batch.arrays.items():
        np.testing.assert_array_equal(part.numpy(), given.arrays[kind][rows])


INDEXES: list[tuple[Tensor | slice, list[int]]] = [
    (torch.tensor([7, 0, 7, 3]), [7, 0, 7, 3]),
    (torch.tensor([], dtype=torch.int64), []),
    (slice(2, 5), [2, 3, 4]),
    (slice(8, 99), [8, 9]),
    (slice(None), list(range(ROWS))),
]


@pytest.mark.parametrize(("index", "rows"), INDEXES)
def test_a_batch_has_the_rows_of_its_index(tmp_path: Path, index: Tensor | slice, rows: list[int]) -> None:
    given = inputs()
    assert_rows(StoredRows(given).batch(index), given, rows)
    for mode in MODES:
        assert_rows(StoredRows(on_disk(tmp_path, given, mode)).batch(index), given, rows)
    assert_rows(to_batch(given).rows(index), given, rows)


def test_stored_rows_are_not_copied(tmp_path: Path) -> None:
    given = on_disk(tmp_path, inputs(), "c")
    stored = StoredRows(given)
    assert stored.batch(slice(3, 6)).arrays["numeric"].data_ptr() == given.arrays["numeric"][3:6].ctypes.data
    given.arrays["categorical"][4], given.arrays["text"][4] = 3, 8  # what is stored is read when it is asked for
    assert_rows(stored.batch(torch.tensor([4])), given, [4])


def test_a_batch_of_chosen_rows_is_a_copy() -> None:
    given = inputs()
    before = given.arrays["numeric"].copy()
    StoredRows(given).batch(torch.tensor([0, 1])).arrays["numeric"].zero_()
    np.testing.assert_array_equal(given.arrays["numeric"], before)


def test_arrays_that_must_not_be_written_to_are_read_and_left_alone() -> None:
    given = inputs()
    before = given.arrays["numeric"].copy()
    for array in given.arrays.values():
        array.flags.writeable = False
    made = to_batch(given)
    assert_rows(made, given, list(range(ROWS)))
    made.arrays["numeric"].zero_()
    np.testing.assert_array_equal(given.arrays["numeric"], before)


@pytest.mark.parametrize(("size", "lengths"), [(4, [4, 4, 2]), (5, [5, 5]), (1, [1] * ROWS), (99, [ROWS])])
def test_chunks_are_every_row_once_in_order(size: int, lengths: list[int]) -> None:
    given = inputs()
    chunks = list(StoredRows(given).chunks(size))
    assert [len(chunk.arrays["numeric"]) for chunk in chunks] == lengths
    together = {kind: torch.cat([chunk.arrays[kind] for chunk in chunks]) for kind in given.arrays}
    assert_rows(Batch(together), given, list(range(ROWS)))


def test_no_row_is_one_empty_chunk(tmp_path: Path) -> None:
    for given in (inputs(0), on_disk(tmp_path, inputs(0), "c")):
        stored = StoredRows(given)
        (chunk,) = stored.chunks(4)
        assert len(stored) == 0
        assert [tuple(part.shape) for part in chunk.arrays.values()] == [(0, 3), (0, 2), (0, 4)]


def test_a_kind_of_feature_may_be_absent(tmp_path: Path) -> None:
    given = Inputs({"numeric": inputs().arrays["numeric"]})
    for stored in (given, on_disk(tmp_path, given, "c")):
        batch = StoredRows(stored).batch(torch.tensor([1, 2]))
        assert {kind: tuple(part.shape) for kind, part in batch.arrays.items()} == {"numeric": (2, 3)}


def test_a_batch_moves_to_another_device_as_a_whole() -> None:
    assert {part.device.type for part in to_batch(inputs()).to(torch.device("meta")).arrays.values()} == {"meta"}
