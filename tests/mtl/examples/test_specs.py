"""Every shipped spec parses, and asks of its reader's table only what it holds."""

import numpy as np
import pandas as pd
import pytest

from mtl import examples
from mtl.extensions import EXAMPLES
from mtl.spec import Spec, load_spec
from mtl.spec.checks_section import ColumnCheck
from tests.mtl.examples.cache import example_table

NAMES = list(examples.specs())
SCHEMES = {"equal", "uncertainty", "dwa", "gradnorm", "pcgrad"}


def spec(name: str) -> Spec:
    return load_spec(name, examples.specs())


def table_of(name: str) -> pd.DataFrame:
    return example_table(spec(name).data.source.place)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_spec_is_called_as_its_file_and_read_by_a_shipped_reader(name: str) -> None:
    study = spec(name)
    assert study.name == name
    assert study.data.source_name == "example"
    assert study.data.source.place in EXAMPLES.names
    assert {scheme.name for scheme in study.schemes} >= SCHEMES
    assert len(study.seeds) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_spec_tells_editors_where_its_schema_is(name: str) -> None:
    first = examples.specs()[name].read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../infra/spec.schema.json"


@pytest.mark.network
@pytest.mark.parametrize("name", NAMES)
def test_a_spec_names_only_columns_of_the_table(name: str) -> None:
    assert set(spec(name).columns) <= set(table_of(name).columns)


@pytest.mark.network
@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_unique(name: str) -> None:
    key = list(spec(name).data.key)
    assert not table_of(name)[key].isna().any(axis=None)
    assert not table_of(name).duplicated(key).any()


@pytest.mark.network
@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_finite_or_missing_and_labels_of_two_classes_are_0_and_1(name: str) -> None:
    study, table = spec(name), table_of(name)
    assert not np.isinf(table[list(study.features.by_kind.get("numeric", ()))].to_numpy(dtype=float)).any()
    for task, described in study.tasks.items():
        labels = table[study.label(task)].dropna()
        if described.kind == "binary":
            assert set(labels) == {0.0, 1.0}
        if described.kind == "regression":
            assert np.isfinite(labels.to_numpy(dtype=float)).all()


def passes(check: ColumnCheck, name: str, column: str) -> bool:
    values = table_of(name)[column]
    present = values.dropna()
    held = np.ones(len(present), dtype=bool)
    if check.min is not None:
        held &= (present >= check.min).to_numpy()
    if check.max is not None:
        held &= (present <= check.max).to_numpy()
    if check.values is not None:
        held &= present.isin(list(check.values)).to_numpy()
    nulls = 1.0 if check.max_null_rate is None else check.max_null_rate
    return bool(held.mean() >= check.mostly) and bool(values.isna().mean() <= nulls)


@pytest.mark.network
@pytest.mark.parametrize("name", NAMES)
def test_the_real_data_pass_the_checks_of_their_spec(name: str) -> None:
    checks = spec(name).checks
    assert [column for column, check in checks.columns.items() if not passes(check, name, column)] == []
    assert checks.min_rows <= len(table_of(name)) <= (checks.max_rows or np.inf)
    rates = [table_of(name)[spec(name).label(task)].notna().mean() for task in spec(name).tasks]
    assert min(rates) >= checks.min_label_rate


@pytest.mark.parametrize("name", EXAMPLES.names)
def test_every_reader_has_a_study(name: str) -> None:
    assert name in {spec(study).data.source.place for study in NAMES}
