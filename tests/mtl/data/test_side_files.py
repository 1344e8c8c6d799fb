"""Arrays that are written some rows at a time are those that numpy writes at once, byte for byte."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.side_files import SideFiles
from tests.mtl.evaluation.cases import lightly


@lightly
@given(
    cuts=st.lists(st.integers(0, 9), max_size=4).map(sorted),
    dtype=st.sampled_from(["float32", "float64", "int32"]),
    width=st.integers(0, 3),
)
def test_the_bytes_are_those_of_all_rows(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], dtype: str, width: int
) -> None:
    folder = tmp_path_factory.mktemp("side")
    whole = np.arange(9 * width).reshape(9, width).astype(dtype)
    with SideFiles(folder, 9) as files:
        for part in np.split(whole, cuts):
            files.append({"numeric": np.asfortranarray(part), "below/labels": part[:, :1]})
    np.save(folder / "expected.npy", whole)
    assert (folder / "numeric.npy").read_bytes() == (folder / "expected.npy").read_bytes()
    np.testing.assert_array_equal(np.load(folder / "below" / "labels.npy"), whole[:, :1])


def test_files_are_closed_where_the_block_fails(tmp_path: Path) -> None:
    with suppress(KeyError), SideFiles(tmp_path, 2) as files:
        files.append({"numeric": np.zeros((1, 1))})
        raise KeyError
    assert (tmp_path / "numeric.npy").stat().st_size == 128 + 8
