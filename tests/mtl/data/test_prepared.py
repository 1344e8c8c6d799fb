"""Arrays on disk: what was computed, under a digest of what it follows from, fitted on the training side alone."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from mtl.data import prepared as module
from mtl.data.frame import Frame, write_frame
from mtl.data.prepared import Prepared, Side, prepare, prepared_digest
from mtl.data.splits import SIDES, split_rows
from mtl.data.stored_table import StoredTable
from mtl.data.transforms import Transforms
from mtl.errors import DataError
from mtl.spec import Spec
from mtl.tasks.fit_task import fit_task
from mtl.tasks.task import encode_labels
from tests.mtl.data.patients import TEXT, patients, spec

GROUP = "split: {by: group, column: ward, validation: 0.2, test: 0.3}\n"


def made(folder: Path, table: pd.DataFrame, study: Spec | None = None) -> Prepared:
    study = study or spec()
    frame = write_frame(table, folder / "frames")
    return prepare(study, frame, folder / "prepared")


def arrays(side: Side) -> dict[str, NDArray[np.generic]]:
    return dict(side.inputs.arrays) | {"labels": side.labels, "units": side.units, "rows": side.rows}


def assert_same(one: Side, other: Side) -> None:
    for name, array in arrays(one).items():
        np.testing.assert_array_equal(array, arrays(other)[name], name)


def test_what_is_read_is_what_was_computed(tmp_path: Path) -> None:
    study, table = spec(GROUP), patients(200)
    prepared, split = made(tmp_path, table, study), split_rows(study, table)
    training = table.iloc[split.train]
    transforms = Transforms.fit(study.features, study.model, training)
    tasks = tuple(fit_task(study, name, training[name]) for name in study.tasks)
    assert (prepared.transforms, prepared.tasks) == (transforms, tasks)
    for name in SIDES:
        part = table.iloc[split.rows(name)]
        labels = np.column_stack([encode_labels(task, part[task.name]) for task in tasks])
        units = pd.factorize(part["ward"])[0]
        assert_same(prepared.side(name), Side(transforms.apply(part), labels, units, split.rows(name)))


SPLITS = (
    "split: {by: hash, validation: 0.2, test: 0.3}\n",
    GROUP,
    "split: {by: time, column: day, test_days: 5, validation_days: 4}\n",
    "split: {by: column, column: city, train: [Aden], validation: [Bonn], test: [Cork]}\n",
)


@pytest.mark.parametrize("key", ["key: [id]", "key: []"])
@pytest.mark.parametrize("rule", SPLITS)
def test_a_table_that_memory_does_not_hold_becomes_the_same_bytes(tmp_path: Path, rule: str, key: str) -> None:
    study = spec(rule, TEXT.replace("key: [id]", key) + "training: {sample_weight: id}\n")
    frame = write_frame(patients(200), tmp_path / "frames")
    pq.write_table(pq.read_table(frame.path), frame.path, row_group_size=33)
    stored = replace(frame, in_memory=0)
    assert isinstance(stored.by_need, StoredTable)
    folders = [prepare(study, each, tmp_path / name).path for each, name in ((frame, "whole"), (stored, "by_need"))]
    whole, by_need = ({file.relative_to(top): file.read_bytes() for file in top.rglob("*.*")} for top in folders)
    assert whole == by_need
    assert len(whole) > 3 * 5


def test_the_arrays_of_a_side_have_a_row_for_each_of_its_rows_and_stay_on_disk(tmp_path: Path) -> None:
    prepared = made(tmp_path, patients(100))
    sides = [prepared.side(name) for name in SIDES]
    assert sum(len(side) for side in sides) == 100
    for side in sides:
        for name, array in arrays(side).items():
            assert isinstance(array, np.memmap), name
            assert len(array) == len(side)


def test_what_is_written_to_the_arrays_of_a_side_stays_in_memory(tmp_path: Path) -> None:
    prepared = made(tmp_path, patients(100))
    side, before = prepared.side("train"), prepared.side("train").labels.copy()
    for array in arrays(side).values():
        array[:] = 7
    np.testing.assert_array_equal(prepared.side("train").labels, before)
    assert set(side.labels.flatten()) == {7.0}


def test_units_are_groups_or_rows(tmp_path: Path) -> None:
    table = patients(200)
    by_row = made(tmp_path, table).side("test")
    assert by_row.units.tolist() == list(range(len(by_row)))
    by_group = made(tmp_path, table, spec(GROUP)).side("test")
    wards = table["ward"].to_numpy()[by_group.rows]
    assert len(set(zip(wards, by_group.units.tolist(), strict=True))) == len(set(wards)) == by_group.units.max() + 1


def test_the_tasks_stand_in_the_spec_s_order(tmp_path: Path) -> None:
    study = spec()
    turned = study.model_copy(update={"tasks": dict(reversed(list(study.tasks.items())))})
    forth, back = made(tmp_path, patients(), study), made(tmp_path, patients(), turned)
    assert [task.name for task in forth.tasks] == ["ill", "stage", "cost"]
    assert [task.name for task in back.tasks] == ["cost", "stage", "ill"]
    np.testing.assert_array_equal(forth.side("train").labels, back.side("train").labels[:, ::-1])


def test_a_run_sees_all_rows_with_the_labels_of_its_own_tasks(tmp_path: Path) -> None:
    side = made(tmp_path, patients()).side("train")
    for positions in ([2], [2, 0], [0, 1, 2]):
        own = side.of_tasks(positions)
        np.testing.assert_array_equal(own.labels, side.labels[:, positions])
        assert own.inputs is side.inputs
        np.testing.assert_array_equal(own.rows, side.rows)
        np.testing.assert_array_equal(own.units, side.units)


def test_rows_without_a_unit_are_one_unit(tmp_path: Path) -> None:
    table = patients()
    table["ward"] = table["ward"].astype(float).where(table["ward"] > 2)
    side = made(tmp_path, table, spec(SPLIT + "evaluation: {unit: ward}\n")).side("test")
    nowhere = np.isnan(table["ward"].to_numpy()[side.rows])
    assert len(set(side.units[nowhere])) == 1
    assert set(side.units[nowhere]).isdisjoint(side.units[~nowhere])
    assert side.units.min() == 0


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_the_other_sides_change_nothing_on_the_training_side(tmp_path: Path, seed: int) -> None:
    table, draw = patients(200), np.random.default_rng(seed)
    split = split_rows(spec(), table)
    other = table.copy()
    away = np.concatenate([split.validation, split.test])
    other.loc[away, ["age", "weight"]] = draw.normal(1e6, 1e5, (len(away), 2))
    other.loc[away, "city"] = "Düren"
    other.loc[away, "note"] = "words that nobody else says"
    other.loc[away, "ill"] = 1.0
    other.loc[away, "stage"] = "worst"
    other.loc[away, "cost"] = draw.normal(-1e6, 1e5, len(away))
    one, two = made(tmp_path, table), made(tmp_path, other)
    assert one.digest != two.digest
    assert (one.transforms, one.tasks) == (two.transforms, two.tasks)
    assert_same(one.side("train"), two.side("train"))


def test_a_class_that_the_training_side_does_not_know_is_a_missing_label(tmp_path: Path) -> None:
    table = patients()
    tested = split_rows(spec(), table).test[0]
    table.loc[tested, "stage"] = "worst"
    prepared = made(tmp_path, table)
    assert prepared.tasks[1].classes == ("early", "late", "none")
    assert np.isnan(prepared.side("test").labels[0, 1])


TYPES: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
    lambda table: table.convert_dtypes(),
    lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
    lambda table: table.astype({"ill": "boolean", "city": "category", "stage": "category", "ward": float}),
    lambda table: table.astype({"age": object, "id": float, "ill": "Int8", "note": "string[pyarrow]"}),
    lambda table: table.assign(ill=table["ill"].map({0.0: False, 1.0: True})),
]


@pytest.mark.parametrize("retyped", TYPES)
def test_the_types_of_the_columns_do_not_matter(
    tmp_path: Path, retyped: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    study, table = spec(GROUP), patients(100)
    one, two = made(tmp_path, table, study), made(tmp_path, retyped(table), study)
    assert (one.transforms, one.tasks) == (two.transforms, two.tasks)
    for side in SIDES:
        assert_same(one.side(side), two.side(side))


SHAPING = [
    (TEXT.replace("[age, weight]", "[age]"), ""),
    (TEXT.replace("[age, weight]", "[weight, age]"), ""),
    (TEXT.replace("  categorical: [city]\n", ""), ""),
    (TEXT.replace("  text: note\n", ""), ""),
    (TEXT.replace("  stage: {kind: multiclass}\n", ""), ""),
    (TEXT.replace("{kind: regression}", "{kind: regression, loss: huber}"), ""),
    (TEXT.replace("{kind: regression}", "{kind: regression, auxiliary: true}"), ""),
    (TEXT.replace("max_tokens: 6", "max_tokens: 7"), ""),
    (TEXT.replace("min_document_frequency: 2", "min_document_frequency: 3"), ""),
    (TEXT.replace("key: [id]", "key: [id, ward]"), ""),
    (TEXT, "split: {by: hash, validation: 0.2, test: 0.3}\n"),
    (TEXT, "split: {by: hash, validation: 0.2, test: 0.2, salt: other}\n"),
    (TEXT, "split: {by: hash, validation: 0.2, test: 0.2, salt: other, retired: [mtl]}\n"),
    (TEXT, "split: {by: time, column: day}\n"),
    (TEXT, "split: {by: time, column: day, embargo_days: 1}\n"),
    (TEXT, "evaluation: {unit: ward}\n"),
    (TEXT, GROUP),
]
IRRELEVANT = [
    (TEXT.replace("patients\ndata", "others\ndata"), ""),
    (TEXT.replace("patients.parquet", "others.parquet"), ""),
    (TEXT.replace("[equal]", "[equal, pcgrad]"), ""),
    (TEXT.replace("{kind: regression}", "{kind: regression, pretrained_on: [ill]}"), ""),
    (TEXT.replace("model: {", "model: {trunk: [8], dropout: 0.5, text_width: 8, "), ""),
    (TEXT, "training: {epochs: 1}\nseeds: [7]\ngate: {margin: 0.1}\nchecks: {min_rows: 1}\ntitle: Patients\n"),
    (TEXT, "evaluation: {resamples: 300}\n"),
]
SPLIT = "split: {by: hash, validation: 0.2, test: 0.2}\n"


def digest(text: str, more: str, frame: Frame) -> str:
    return prepared_digest(spec(more if "split:" in more else SPLIT + more, text), frame)


FRAME = Frame(Path("frame.parquet"), "abc", 60)


def test_the_digest_follows_all_that_shapes_the_arrays() -> None:
    digests = [digest(text, more, FRAME) for text, more in [(TEXT, ""), *SHAPING]]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(("text", "more"), IRRELEVANT)
def test_the_digest_does_not_follow_the_rest_of_the_spec(text: str, more: str) -> None:
    assert digest(text, more, FRAME) == digest(TEXT, "", FRAME)


def test_the_digest_follows_the_order_of_the_tasks() -> None:
    study = spec()
    turned = study.model_copy(update={"tasks": dict(reversed(list(study.tasks.items())))})
    assert prepared_digest(turned, FRAME) != prepared_digest(study, FRAME)


def test_the_digest_follows_the_content_of_the_data_and_not_their_place() -> None:
    study = spec()
    assert prepared_digest(study, replace(FRAME, digest="abd")) != prepared_digest(study, FRAME)
    assert prepared_digest(study, replace(FRAME, path=Path("else.parquet"))) == prepared_digest(study, FRAME)


def test_the_digest_follows_the_code_that_names_encodes_and_splits(monkeypatch: pytest.MonkeyPatch) -> None:
    def digest_after(changed: str) -> str:
        monkeypatch.setattr(module, "source_digest", lambda *names: [name == changed for name in sorted(names)])
        return prepared_digest(spec(), FRAME)

    packages = ("nothing", "mtl.data", "mtl.features", "mtl.tasks", "mtl.spec", "mtl.names")
    assert len({digest_after(package) for package in packages}) == len(packages)


def test_arrays_that_are_there_are_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(tmp_path, patients())
    monkeypatch.setattr(Transforms, "fit", None)
    again = made(tmp_path, patients())
    assert again == first
    assert_same(again.side("train"), first.side("train"))


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_a_writer_that_is_stopped_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Path] = []
    save = np.save

    def stop(path: Path, array: NDArray[np.generic]) -> None:
        saved.append(path)
        if len(saved) == 4:
            raise KeyboardInterrupt
        save(path, array)

    monkeypatch.setattr(np, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, patients())
    assert names(tmp_path / "prepared") == []
    monkeypatch.undo()
    assert len(made(tmp_path, patients()).side("test"))


def test_writers_that_race_all_have_the_same_arrays(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: made(tmp_path, patients()), range(4)))
    assert names(tmp_path / "prepared") == [found[0].digest]
    for prepared in found:
        assert_same(prepared.side("test"), found[0].side("test"))


@pytest.mark.parametrize("side", SIDES)
def test_a_value_that_is_no_label_is_an_error_on_every_side(tmp_path: Path, side: str) -> None:
    table = patients()
    table.loc[split_rows(spec(), table).rows(side)[0], "ill"] = 2.0
    with pytest.raises(DataError, match=re.escape("a binary label is 0 or 1, false or true; column 'ill' holds 2.0")):
        made(tmp_path, table)
    assert names(tmp_path / "prepared") == []


def test_a_task_that_cannot_be_fitted_is_an_error_with_its_place(tmp_path: Path) -> None:
    table = patients()
    table.loc[split_rows(spec(), table).train, "ill"] = 1.0
    with pytest.raises(DataError, match=r"^patients\.yaml:8: tasks\.ill: the training side holds \d+ labels with 1 "):
        made(tmp_path, table)


def test_a_study_of_one_number_has_no_other_array(tmp_path: Path) -> None:
    text = TEXT.replace("[age, weight]", "[age]").replace("  categorical: [city]\n", "").replace("  text: note\n", "")
    side = made(tmp_path, patients().dropna(subset="age"), spec(text=text)).side("train")
    assert {kind: array.shape[1] for kind, array in side.inputs.arrays.items()} == {"numeric": 1}
