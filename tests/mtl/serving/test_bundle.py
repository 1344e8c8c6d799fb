"""A bundle predicts from raw rows what the network predicted from prepared arrays, and holds what is served alone."""

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal
from safetensors.torch import load_file
from torch import Tensor

from mtl.data.frame import write_frame
from mtl.data.prepared import Prepared, prepare
from mtl.data.splits import split_rows
from mtl.errors import MtlError
from mtl.models.batch import to_batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import Bundle, load_bundle, predictions_in, to_answer, write_bundle
from mtl.tasks.task import Task
from mtl.training.validation import predictions_of
from tests.mtl.data.patients import TEXT, patients, spec

AUXILIARY = TEXT.replace("  ill: {kind: binary}", "  ill: {kind: binary, auxiliary: true}")
STUDY = spec(text=AUXILIARY)
OUTPUTS = ["stage", "stage.early", "stage.late", "stage.none", "cost"]


@dataclass(frozen=True)
class Trained:
    """What a run leaves: prepared arrays, weights of all tasks, the auxiliary one first, and what they predict."""

    table: pd.DataFrame
    prepared: Prepared
    shape: NetworkShape
    weights: dict[str, Tensor]
    predictions: dict[str, NDArray[np.float64]]

    def write(self, folder: Path) -> Path:
        example = self.table[list(STUDY.features.columns)].head(3)
        write_bundle(folder, self.prepared.tasks, self.prepared.transforms, self.shape, self.weights, example)
        return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("study")
    frame = write_frame(patients(100), folder / "frames")
    prepared = prepare(STUDY, frame, split_rows(STUDY, frame.read()), folder / "prepared")
    shape = NetworkShape.of(prepared.transforms, STUDY.model, prepared.tasks)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = MultiTaskNetwork(shape)
    predictions = predictions_of(network, prepared.tasks, to_batch(prepared.side("test").inputs))
    return Trained(frame.read(), prepared, shape, network.state_dict(), predictions)


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained.write(tmp_path_factory.mktemp("bundles") / "bundle")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Bundle:
    return load_bundle(folder)


def test_raw_rows_give_what_the_network_gave_for_prepared_ones(trained: Trained, loaded: Bundle) -> None:
    rows = trained.table.iloc[trained.prepared.side("test").rows]
    answer = loaded.predict(rows)
    for task in loaded.tasks:
        np.testing.assert_allclose(predictions_in(task, answer), trained.predictions[task.name], rtol=1e-6)


def test_the_type_the_order_and_the_company_of_columns_do_not_matter(trained: Trained, loaded: Bundle) -> None:
    expected = loaded.predict(trained.table)
    features = trained.table[list(STUDY.features.columns)]
    assert_frame_equal(loaded.predict(features[features.columns[::-1]]), expected)
    assert_frame_equal(loaded.predict(features.convert_dtypes()), expected)
    assert_frame_equal(loaded.predict(features.astype({"city": "category", "age": object})), expected)


def test_each_row_is_answered_under_its_own_index(trained: Trained, loaded: Bundle) -> None:
    named = trained.table.set_axis([f"patient {n}" for n in range(100)])
    answer = loaded.predict(named)
    assert answer.index.tolist() == named.index.tolist()
    alone = loaded.predict(named.loc[["patient 7"]])
    assert_frame_equal(alone, answer.loc[["patient 7"]], rtol=1e-5)
    assert loaded.predict(named.iloc[:0]).shape == (0, len(OUTPUTS))


def test_rows_unlike_any_in_training_are_answered(loaded: Bundle) -> None:
    strange = pd.DataFrame(
        {
            "age": [None, np.inf, -5.0],
            "weight": [None, 1e300, 0.0],
            "city": [None, "Düren", ""],
            "note": [None, "🙂" * 500, ""],
        }
    )
    answer = loaded.predict(strange)
    assert np.isfinite(answer.select_dtypes("number").to_numpy()).all()
    assert set(answer["stage"]) <= {"early", "late", "none"}


def test_auxiliary_tasks_are_not_in_the_bundle(trained: Trained, folder: Path, loaded: Bundle) -> None:
    assert [task.name for task in trained.prepared.tasks] == ["ill", "stage", "cost"]
    assert [task.name for task in loaded.tasks] == ["stage", "cost"]
    assert list(loaded.predict(trained.table).columns) == OUTPUTS
    stored = load_file(folder / "weights.safetensors")
    assert [stored[f"heads.{head}.bias"].numel() for head in range(2)] == [3, 1]
    assert not [name for name in stored if name.startswith("heads.2")]
    assert "ill" not in (folder / "bundle.json").read_text(encoding="utf-8")


def test_the_shared_weights_are_kept_as_they_are(trained: Trained, folder: Path) -> None:
    stored = load_file(folder / "weights.safetensors")
    for name, value in trained.weights.items():
        if not name.startswith("heads."):
            assert torch.equal(stored[name], value)


def test_a_task_of_several_classes_has_the_likeliest_and_a_probability_of_each(
    trained: Trained, loaded: Bundle
) -> None:
    answer = loaded.predict(trained.table)
    probabilities = answer[["stage.early", "stage.late", "stage.none"]]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert answer["stage"].tolist() == [str(name).removeprefix("stage.") for name in probabilities.idxmax(axis=1)]


def test_the_columns_say_what_goes_in_and_what_comes_out(trained: Trained, loaded: Bundle) -> None:
    assert [(column.name, column.kind) for column in loaded.columns] == [
        ("age", "numeric"),
        ("weight", "numeric"),
        ("city", "categorical"),
        ("note", "text"),
    ]
    answer = loaded.predict(trained.table)
    assert [column.name for column in loaded.outputs] == list(answer.columns) == OUTPUTS
    for column in loaded.outputs:
        assert (column.kind == "double") == (answer[column.name].dtype == np.float64)


def test_an_answer_can_be_taken_apart_again(trained: Trained) -> None:
    tasks = trained.prepared.tasks
    answer = to_answer(tasks, trained.predictions)
    for task in tasks:
        np.testing.assert_array_equal(predictions_in(task, answer), trained.predictions[task.name])


def test_the_example_is_of_rows_that_the_bundle_answers(trained: Trained, loaded: Bundle) -> None:
    assert_frame_equal(loaded.example, trained.table[list(STUDY.features.columns)].head(3))
    assert len(loaded.predict(loaded.example)) == 3


def test_a_bundle_is_three_files_and_is_read_without_unpickling(
    trained: Trained, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(path.name for path in folder.rglob("*")) == ["bundle.json", "example.parquet", "weights.safetensors"]
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    monkeypatch.setattr(torch, "load", None)
    bundle = load_bundle(folder)
    assert len(bundle.predict(trained.table)) == len(trained.table)
    assert len(bundle.example) == 3


def test_the_description_is_strict_json(folder: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads((folder / "bundle.json").read_text(encoding="utf-8"), parse_constant=refuse)


def test_a_bundle_is_written_once_and_the_same_content_has_the_same_digest(
    trained: Trained, folder: Path, loaded: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("mtl.serving.bundle.save_file", None)
        trained.write(folder)
    assert load_bundle(trained.write(tmp_path / "again")).digest == loaded.digest
    other = replace(trained, weights={name: value + 1 for name, value in trained.weights.items()})
    assert load_bundle(other.write(tmp_path / "other")).digest != loaded.digest


def test_a_writer_that_fails_leaves_nothing(trained: Trained, tmp_path: Path) -> None:
    short = {name: value for name, value in trained.weights.items() if name != "heads.2.bias"}
    with pytest.raises(KeyError):
        replace(trained, weights=short).write(tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def spoil_json(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        file = folder / "bundle.json"
        described = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(change(described)), encoding="utf-8")

    return spoil


def truncate(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return spoil


SPOILED: list[Callable[[Path], object]] = [
    truncate("bundle.json"),
    truncate("weights.safetensors"),
    lambda folder: (folder / "bundle.json").unlink(),
    lambda folder: (folder / "weights.safetensors").unlink(),
    lambda folder: (folder / "bundle.json").write_bytes(b"\xff\xfe"),
    spoil_json(lambda _: []),
    spoil_json(lambda _: {}),
    spoil_json(lambda described: {**described, "tasks": [{"name": "cost"}]}),
    spoil_json(lambda described: {**described, "tasks": None}),
    spoil_json(lambda described: {**described, "transforms": {}}),
    spoil_json(lambda described: {**described, "shape": {}}),
    spoil_json(lambda described: {**described, "shape": {**dict(described["shape"]), "trunk": [7]}}),  # type: ignore[call-overload]
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


def test_a_bundle_of_another_format_is_an_error_that_names_both(trained: Trained, tmp_path: Path) -> None:
    spoil_json(lambda described: {**described, "format": 2, "tasks": "in another form"})(trained.write(tmp_path / "b"))
    with pytest.raises(MtlError, match="is a bundle of format 2; this version reads format 1"):
        load_bundle(tmp_path / "b")


def test_tasks_are_told_apart_by_name_and_not_by_place(trained: Trained) -> None:
    tasks: tuple[Task, ...] = tuple(reversed(trained.prepared.tasks))
    answer = to_answer(tasks, trained.predictions)
    assert list(answer.columns) == ["cost", "stage", "stage.early", "stage.late", "stage.none", "ill"]
    np.testing.assert_array_equal(predictions_in(tasks[0], answer), trained.predictions["cost"])
