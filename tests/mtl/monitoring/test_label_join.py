import numpy as np
import pandas as pd
import pytest

from mtl.errors import UserError
from mtl.monitoring.label_join import join_labels

TASKS = {"late": "arr_delay", "lost": "lost"}


def logged(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns).rename(columns=lambda name: name.replace("__", "."))


def test_rows_find_their_labels_however_keys_were_read() -> None:
    log = logged(key__id=["1", "2", "3"], key__day=["2024-01-01"] * 3, prediction__late=[0.1, 0.2, 0.3])
    days = pd.to_datetime(["2024-01-01"] * 4)
    labels = pd.DataFrame({"day": days, "id": [3.0, 9.0, 1.0, np.nan], "arr_delay": [30, 90, 10, 0]})
    found = join_labels(log, labels, ["id", "day"], TASKS)
    assert found.logged["prediction.late"].tolist() == [0.1, 0.3]
    assert found.labels["late"].tolist() == [10, 30]
    assert list(found.labels.columns) == ["late"]
    assert len(set(found.units.tolist())) == 2


def test_the_first_prediction_and_the_last_label_of_a_key_count() -> None:
    log = logged(key__id=["7", "7", "8"], prediction__late=[1.0, 2.0, 3.0])
    labels = pd.DataFrame({"id": [7, 8, 7], "late": [0, 1, 1], "lost": ["a", "b", "c"]})
    found = join_labels(log, labels, ["id"], TASKS)
    assert found.logged["prediction.late"].tolist() == [1.0, 3.0]
    assert found.labels.to_dict("list") == {"late": [1, 1], "lost": ["c", "b"]}


def test_rows_without_a_whole_key_are_left_out() -> None:
    log = logged(key__id=["7", None], key__day=[None, "1"], prediction__late=[1.0, 2.0])
    found = join_labels(log, pd.DataFrame({"id": [7], "day": [1], "late": [0]}), ["id", "day"], TASKS)
    assert (len(found.logged), len(found.labels), len(found.units)) == (0, 0, 0)


def test_a_key_is_known_again_later_and_its_parts_are_no_others() -> None:
    log = logged(key__a=["1", "11"], key__b=["11", "1"], prediction__late=[1.0, 2.0])
    labels = pd.DataFrame({"a": [1, 11], "b": [11, 1], "late": [0, 1]})
    first, again = (join_labels(log, labels.iloc[::step], ["a", "b"], TASKS) for step in (1, -1))
    assert first.units.tolist() == again.units.tolist()
    assert first.labels["late"].tolist() == again.labels["late"].tolist() == [0, 1]
    assert first.units[0] != first.units[1]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"late": [1]}, "columns of the key, id; got late"),
        ({"id": [1], "x": [1]}, "labels for a task, late, lost; got"),
    ],
)
def test_what_is_missing_is_named(labels: dict[str, list[int]], told: str) -> None:
    with pytest.raises(UserError, match=told):
        join_labels(logged(key__id=["1"]), pd.DataFrame(labels), ["id"], TASKS)
