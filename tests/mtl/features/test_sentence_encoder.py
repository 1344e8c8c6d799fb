"""Vectors of texts: the mean of their states, on their own, by the files of a folder and no others."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from mtl.errors import MtlError
from mtl.features.sentence_encoder import SentenceEncoder, identity, read_encoder
from tests.mtl.features.test_bert import reference
from tests.mtl.features.tiny_bert import MODULES, WIDTH, spoil_json, spoil_weights, write_encoder

TEXTS = ["much pain", "", "no rashes, and tired!", "   ", "zzz", "pain " * 100]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "encoder")


def read(folder: Path) -> SentenceEncoder:
    return read_encoder(folder, identity(folder))


def test_a_vector_is_the_mean_of_the_states_and_of_length_1(folder: Path) -> None:
    vectors = read(folder).encode(TEXTS, 10)
    assert vectors.shape == (6, WIDTH)
    assert vectors.dtype == np.float32
    for row, tokens in ((0, [2, 4, 5, 3]), (2, [2, 6, 7, 8, 12, 10, 9, 11, 3]), (5, [2, *[5] * 10, 3])):
        mean = reference(folder, tokens).mean(axis=0)
        np.testing.assert_allclose(vectors[row], mean / np.linalg.norm(mean), rtol=1e-4, atol=1e-5)


def test_a_text_without_a_token_is_0(folder: Path) -> None:
    vectors = read(folder).encode(TEXTS, 10)
    assert vectors.any(axis=1).tolist() == [True, False, True, False, True, True]
    assert read(folder).encode([], 10).shape == (0, WIDTH)


def test_a_text_has_the_same_vector_in_any_company(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = read(folder)
    together = encoder.encode(TEXTS, 10)
    alone = np.vstack([encoder.encode([text], 10) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-6)
    monkeypatch.setattr("mtl.features.sentence_encoder.MOST_TOKENS", 5)
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1], 10), together[::-1], atol=1e-6)


def test_no_more_tokens_are_read_than_are_asked_for_or_have_a_position(folder: Path) -> None:
    encoder = read(folder)
    first, cut = encoder.encode(["no pain", "no pain, and tired"], 2)
    np.testing.assert_allclose(cut, first, atol=1e-6)
    assert np.isfinite(encoder.encode(["pain " * 100], 1000)).all()


def test_without_a_normalisation_among_the_modules_the_mean_is_the_vector(folder: Path) -> None:
    (folder / "modules.json").write_text(json.dumps(MODULES[:2]), encoding="utf-8")
    (vector,) = read(folder).encode(["much pain"], 10)
    np.testing.assert_allclose(vector, reference(folder, [2, 4, 5, 3]).mean(axis=0), rtol=1e-4, atol=1e-5)


def test_the_identity_is_that_of_the_files_that_are_read(folder: Path, tmp_path: Path) -> None:
    before = identity(folder)
    (folder / "README.md").write_text("of no matter", encoding="utf-8")
    assert identity(folder) == before == identity(write_encoder(tmp_path / "same"))
    spoil_weights(folder, embeddings__LayerNorm__bias=torch.ones(WIDTH))
    assert identity(folder) != before
    with pytest.raises(MtlError, match="is not the sentence encoder that the model was fitted with"):
        read_encoder(folder, before)


@pytest.mark.parametrize(
    ("modules", "got"),
    [(MODULES[:1], "Transformer"), ([*MODULES[:2], {"type": "x.Dense"}], "Transformer, Pooling, Dense")],
)
def test_other_modules_are_refused(folder: Path, modules: list[dict[str, str]], got: str) -> None:
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(MtlError, match=f"expected Transformer, Pooling and maybe Normalize; got {got}"):
        read(folder)


def test_another_pooling_is_refused(folder: Path) -> None:
    spoil_json(folder, "1_Pooling/config.json", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    with pytest.raises(MtlError, match="expected pooling_mode_mean_tokens; got pooling_mode_cls_token"):
        read(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json", "modules.json"])
def test_a_missing_or_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"{")
    with pytest.raises(MtlError, match="holds no sentence encoder that can be read"):
        read(folder)
    (folder / name).unlink()
    with pytest.raises(MtlError, match=f"it has no {name}"):
        read(folder)


def test_without_the_package_that_cuts_texts_into_tokens_the_extra_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MtlError, match=r"needs the package tokenizers: pip install 'mtl-pipeline\[text\]'"):
        read(folder)
