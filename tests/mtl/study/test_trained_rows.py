"""Which rows a model in use was trained on, by what its user says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.errors import SpecError
from mtl.spec import Spec
from mtl.study.trained_rows import declared_by, read_keys, unseen_rows
from tests.mtl.studies import small_study

ROWS = pd.DataFrame({"seqn": [1, 2, 3, 4], "day": ["2024-01-01", "2024-02-01T10:00", None, "2024-01-31"]})


def spec_with(folder: Path, **incumbent: object) -> Spec:
    return small_study(folder, incumbents={"hba1c": {"model": "models:/a/1", **incumbent}}).spec


def test_rows_before_the_day_were_seen_and_so_may_be_those_without_one(tmp_path: Path) -> None:
    spec = spec_with(tmp_path, trained_before="2024-01-31", time="bmi")
    spec = spec.model_copy(
        update={"incumbents": {"hba1c": spec.incumbents["hba1c"].model_copy(update={"time": "day"})}}
    )
    assert declared_by(spec.incumbents["hba1c"]) == "a day"
    assert unseen_rows(spec, "hba1c", frozenset(), ROWS).tolist() == [False, True, False, True]


def test_rows_are_known_by_their_keys_however_they_are_spelled(tmp_path: Path) -> None:
    (tmp_path / "keys.csv").write_text("other,seqn\n9,2.0\n9,4.0\n")
    spec = spec_with(tmp_path, trained_on_keys="keys.csv")
    assert declared_by(spec.incumbents["hba1c"]) == "keys"
    assert unseen_rows(spec, "hba1c", read_keys(spec, "hba1c"), ROWS).tolist() == [True, False, True, False]


def test_nothing_declared_leaves_no_row_out(tmp_path: Path) -> None:
    spec = spec_with(tmp_path)
    assert declared_by(spec.incumbents["hba1c"]) == "nothing"
    assert np.all(unseen_rows(spec, "hba1c", read_keys(spec, "hba1c"), ROWS))


@pytest.mark.parametrize(
    ("content", "mistake"), [(None, "no file"), ("id\n1\n", "'keys.csv' has no column seqn of data.key")]
)
def test_a_file_of_keys_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, content: str | None, mistake: str
) -> None:
    if content:
        (tmp_path / "keys.csv").write_text(content)
    spec = spec_with(tmp_path, trained_on_keys="keys.csv")
    with pytest.raises(SpecError, match=r"small\.yaml:\d+: incumbents\.hba1c\.trained_on_keys: ") as told:
        read_keys(spec, "hba1c")
    assert mistake in str(told.value)
