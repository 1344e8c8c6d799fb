"""Facts of the planted example."""

from pathlib import Path

import pandas as pd
import pytest

from mtl import examples
from mtl.data.splits import split_rows
from mtl.examples.readers.planted import TASKS, Planted
from mtl.spec import Spec, load_spec


@pytest.fixture
def spec() -> Spec:
    return load_spec("planted", examples.specs())


def test_it_is_said_to_be_generated_wherever_it_is_named(spec: Spec) -> None:
    assert "generated" in spec.title
    assert "not real" in str(Planted.__doc__)
    assert "generated, not real" in examples.specs()["planted"].read_text(encoding="utf-8")


def test_it_is_the_same_every_time_and_fetches_nothing(tmp_path: Path) -> None:
    table = Planted().read(tmp_path)
    pd.testing.assert_frame_equal(table, Planted().read(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_spec_names_all_its_features_and_the_kinds_of_its_tasks(spec: Spec) -> None:
    assert spec.features.by_kind == {"numeric": TASKS.features}
    assert {task: said.kind for task, said in spec.tasks.items()} == dict(zip(TASKS.tasks, TASKS.kinds, strict=True))


def test_labels_are_few_where_models_learn_and_more_where_they_are_judged(spec: Spec, tmp_path: Path) -> None:
    table = Planted().read(tmp_path)
    split = split_rows(spec, table)
    labels = table[list(TASKS.tasks)].notna()
    assert (labels.sum() == 3600).all()
    assert labels.iloc[split.train].sum().between(300, 420).all()
    assert labels.iloc[split.test].sum().between(2600, 2800).all()
