"""Vectors that were computed before are read again, and no text is computed twice."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mtl.features.vector_cache import vectors_kept


class Lengths:
    """An encoder that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_each_text_is_encoded_once(tmp_path: Path) -> None:
    encode = Lengths()
    assert vectors_kept(["a", "bcd", "a"], tmp_path, encode).tolist() == [[1, 1], [3, 1], [1, 1]]
    assert vectors_kept(["bcd", "ef", "a"], tmp_path, encode).tolist() == [[3, 1], [2, 1], [1, 1]]
    assert encode.asked == [["a", "bcd"], ["ef"]]
    assert vectors_kept(["ef", "a", "bcd"], tmp_path, encode).dtype == np.float32
    assert len(encode.asked) == 2


def test_no_text_at_all_has_no_vector(tmp_path: Path) -> None:
    assert vectors_kept([], tmp_path, Lengths()).shape == (0, 2)


def test_half_a_surrogate_pair_has_a_vector_too(tmp_path: Path) -> None:
    assert vectors_kept(["\ud800"], tmp_path, Lengths()).tolist() == [[1, 1]]


@pytest.mark.parametrize("position", [0, 100, -1])
def test_vectors_that_were_damaged_are_computed_anew_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, position: int
) -> None:
    encode = Lengths()
    vectors_kept(["a", "bcd"], tmp_path, encode)
    vectors_kept(["ef"], tmp_path, encode)
    file = next(file for file in tmp_path.iterdir() if len(np.load(file)["keys"]) == 2)
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)
    assert vectors_kept(["a", "bcd", "ef"], tmp_path, encode).tolist() == [[1, 1], [3, 1], [2, 1]]
    assert encode.asked == [["a", "bcd"], ["ef"], ["a", "bcd"]]
    assert [str(file) in message for message in caplog.messages] == [True]
    assert vectors_kept(["a"], tmp_path, encode).tolist() == [[1, 1]]
    assert len(encode.asked) == 3
