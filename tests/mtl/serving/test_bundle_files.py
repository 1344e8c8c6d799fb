"""A bundle's files: whole or absent, free of pickle, all weights in them, and an error where they are damaged."""

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from mtl.errors import MtlError
from mtl.serving.bundle import FORMAT, Bundle, load_bundle
from tests.mtl.serving.trained import Trained


def test_all_weights_are_kept_as_they_are(trained: Trained, trained_folder: Path) -> None:
    stored = load_file(trained_folder / "weights.safetensors")
    assert stored.keys() == trained.weights.keys()
    assert all(torch.equal(stored[name], value) for name, value in trained.weights.items())


def test_a_bundle_is_three_files_with_a_manifest_and_is_read_without_unpickling(
    trained: Trained, trained_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(path.name for path in trained_folder.rglob("*"))
    assert names == ["SHA256SUMS", "bundle.json", "example.parquet", "weights.safetensors"]
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    monkeypatch.setattr(torch, "load", None)
    bundle = load_bundle(trained_folder)
    assert len(bundle.predict(trained.table)) == len(trained.table)
    assert len(bundle.example) == 3


def test_the_description_is_strict_json(trained_folder: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads((trained_folder / "bundle.json").read_text(encoding="utf-8"), parse_constant=refuse)


def test_a_bundle_is_written_once_and_the_same_content_has_the_same_digest(
    trained: Trained, trained_folder: Path, loaded: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("mtl.serving.bundle.save_file", None)
        trained.write(trained_folder)
    assert load_bundle(trained.write(tmp_path / "again")).digest == loaded.digest
    other = replace(trained, weights={name: value + 1 for name, value in trained.weights.items()})
    assert load_bundle(other.write(tmp_path / "other")).digest != loaded.digest


def test_a_writer_that_fails_leaves_nothing(trained: Trained, tmp_path: Path) -> None:
    unwritable = {**trained.weights, "again": trained.weights["heads.weight"]}  # two names for one memory
    with pytest.raises(RuntimeError, match="share memory"):
        replace(trained, weights=unwritable).write(tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def spoil_json(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        file = folder / "bundle.json"
        described = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(change(described)), encoding="utf-8")

    return spoil


def spoil_shape(changes: dict[str, object]) -> Callable[[Path], None]:
    def change(described: dict[str, object]) -> object:
        shape = described["shape"]
        assert isinstance(shape, dict)
        return {**described, "shape": {**shape, **changes}}

    return spoil_json(change)


def truncate(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return spoil


def without_a_head(folder: Path) -> None:
    weights = load_file(folder / "weights.safetensors")
    del weights["heads.bias"]
    save_file(weights, folder / "weights.safetensors")


SPOILED: list[Callable[[Path], object]] = [
    truncate("bundle.json"),
    truncate("weights.safetensors"),
    lambda folder: (folder / "bundle.json").unlink(),
    lambda folder: (folder / "weights.safetensors").unlink(),
    lambda folder: (folder / "bundle.json").write_bytes(b"\xff\xfe"),
    without_a_head,
    spoil_json(lambda _: []),
    spoil_json(lambda _: {}),
    spoil_json(lambda described: {**described, "tasks": [{"name": "cost"}]}),
    spoil_json(lambda described: {**described, "tasks": None}),
    spoil_json(lambda described: {**described, "features": {}}),
    spoil_json(lambda described: {**described, "shape": {}}),
    spoil_shape({"sharing": {"name": "ple"}}),
    spoil_shape({"sharing": {"name": "all"}}),
    spoil_shape({"trunk": [7]}),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_damaged_bundle_is_an_error_in_one_line_that_names_its_folder(
    trained: Trained, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(trained.write(tmp_path / "bundle"))
    with pytest.raises(MtlError) as caught:
        load_bundle(tmp_path / "bundle")
    assert str(caught.value).startswith(f"'{tmp_path / 'bundle'}' holds no readable model bundle: ")
    assert "\n" not in str(caught.value)


def test_no_bundle_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MtlError, match="holds no readable model bundle"):
        load_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize("other", [2, FORMAT + 1])
def test_a_bundle_of_another_format_is_an_error_that_names_both(trained: Trained, tmp_path: Path, other: int) -> None:
    spoil_json(lambda described: {**described, "format": other, "tasks": "otherwise"})(trained.write(tmp_path / "b"))
    with pytest.raises(MtlError, match=f"is a bundle of format {other}; this version reads formats 3, 4, {FORMAT}"):
        load_bundle(tmp_path / "b")
