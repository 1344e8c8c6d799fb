"""A bundle predicts from raw rows what the network predicted from prepared arrays, and answers what is served alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.features.cells import CATEGORY, NUMBER, TEXT
from mtl.models.sharing_way import Sharing
from mtl.serving.bundle import PROFILE, Bundle, OfRows, load_bundle, predictions_in, to_answer, write_bundle
from mtl.tasks.task import Task
from tests.mtl.models.sharing.bodies import WAYS, way_id
from tests.mtl.serving.trained import OUTPUTS, STUDY, Trained, trained_on


def assert_answers_as_trained(trained: Trained, loaded: Bundle) -> None:
    answer = loaded.predict(trained.table.iloc[trained.prepared.side("test").rows])
    assert len(loaded.tasks) == 2
    for task in loaded.tasks:
        np.testing.assert_allclose(predictions_in(task, answer), trained.predictions[task.name], rtol=1e-6)


def test_raw_rows_give_what_the_network_gave_for_prepared_ones(trained: Trained, loaded: Bundle) -> None:
    assert_answers_as_trained(trained, loaded)


@pytest.mark.parametrize("sharing", WAYS, ids=way_id)
def test_a_bundle_of_every_way_of_sharing_answers_as_it_was_trained(
    trained: Trained, tmp_path: Path, sharing: Sharing
) -> None:
    other = trained_on(trained.table, trained.prepared, sharing)
    loaded = load_bundle(other.write(tmp_path / "bundle"))
    assert loaded.network.body.num_tasks == 3
    assert_answers_as_trained(other, loaded)
    assert np.isfinite(loaded.predict(loaded.example).select_dtypes("number").to_numpy()).all()


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


def test_auxiliary_tasks_are_loaded_and_never_served(trained: Trained, loaded: Bundle) -> None:
    assert [task.name for task in loaded.trained] == ["ill", "stage", "cost"]
    assert [task.name for task in loaded.tasks] == ["stage", "cost"]
    assert list(loaded.predict(trained.table).columns) == [column.name for column in loaded.outputs] == OUTPUTS


def test_a_served_task_reads_its_auxiliary_part(trained: Trained, loaded: Bundle, tmp_path: Path) -> None:
    bias = trained.weights["heads.bias"].clone()
    bias[0] += 5.0  # of the auxiliary head
    other = replace(trained, weights={**trained.weights, "heads.bias": bias})
    one, two = loaded.predict(trained.table), load_bundle(other.write(tmp_path / "other")).predict(trained.table)
    assert_frame_equal(one[OUTPUTS[:-1]], two[OUTPUTS[:-1]])
    assert (one["cost"] != two["cost"]).all()


def test_a_task_of_several_classes_has_the_likeliest_and_a_probability_of_each(
    trained: Trained, loaded: Bundle
) -> None:
    answer = loaded.predict(trained.table)
    probabilities = answer[["stage.early", "stage.late", "stage.none"]]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert answer["stage"].tolist() == [str(name).removeprefix("stage.") for name in probabilities.idxmax(axis=1)]


def test_the_columns_say_what_goes_in_and_what_comes_out(trained: Trained, loaded: Bundle) -> None:
    assert [(column.name, column.cell) for column in loaded.columns] == [
        ("age", NUMBER),
        ("weight", NUMBER),
        ("city", CATEGORY),
        ("note", TEXT),
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


def test_tasks_are_told_apart_by_name_and_not_by_place(trained: Trained) -> None:
    tasks: tuple[Task, ...] = tuple(reversed(trained.prepared.tasks))
    answer = to_answer(tasks, trained.predictions)
    assert list(answer.columns) == ["cost", "stage", "stage.early", "stage.late", "stage.none", "ill"]
    np.testing.assert_array_equal(predictions_in(tasks[0], answer), trained.predictions["cost"])


def test_a_bundle_names_the_modules_that_no_import_statement_shows(loaded: Bundle) -> None:
    kinds = {f"mtl.features.kinds.{kind}" for kind in ("numeric", "categorical", "text")}
    assert set(loaded.modules) >= kinds | {"mtl.features.text_encoders.mean"}
    assert not any("datetime" in module or "lstm" in module for module in loaded.modules)


def test_a_bundle_knows_which_columns_name_a_row(trained: Trained, tmp_path: Path) -> None:
    assert load_bundle(trained.write(tmp_path / "without")).key == ()
    example, prepared = trained.table[["age"]].head(1), trained.prepared
    parts = (prepared.tasks, prepared.transforms, trained.shape, trained.weights, example)
    write_bundle(tmp_path / "with", *parts, OfRows(("id", "day"), "{}"))
    assert load_bundle(tmp_path / "with").key == ("id", "day")
    assert (tmp_path / "with" / PROFILE).read_text() == "{}"
    assert not (tmp_path / "without" / PROFILE).exists()
