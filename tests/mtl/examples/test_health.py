"""Facts of the health example."""

import numpy as np
import pandas as pd
import pytest

from mtl import examples
from mtl.spec import HashSplit, load_spec
from tests.mtl.examples.cache import example_table
from tests.mtl.health_answers import COLUMNS, health_answers

pytestmark = pytest.mark.network

LEAKS = (
    "insulin",
    "pills",
    "agewhen",
    "a1clevel",
    "diabetic",
    "selfreported",
    "dr2tot",
    "prediabetes",
    "glycohemoglobin",
)


@pytest.fixture
def table() -> pd.DataFrame:
    return example_table("health")


def test_the_rows_are_the_adults(table: pd.DataFrame) -> None:
    assert len(table) == 5265
    assert table["age"].between(20, 80).all()


def test_the_answers_kept_beside_the_tests_are_these(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(health_answers(), table[list(COLUMNS)])


def test_ten_gated_tasks_of_three_kinds_by_person() -> None:
    spec = load_spec("health", examples.specs())
    assert len(spec.gated_tasks) == 10
    assert {task.kind for task in spec.tasks.values()} == {"regression", "binary", "multiclass"}
    assert isinstance(spec.split, HashSplit)
    assert spec.data.key == ("seqn",)


def test_labels_are_missing_for_some_and_never_for_many(table: pd.DataFrame) -> None:
    spec = load_spec("health", examples.specs())
    missing = table[[spec.label(task) for task in spec.tasks]].isna().mean()
    assert missing.between(0.002, 0.09).all()


def test_outcomes_are_in_the_ranges_of_adults(table: pd.DataFrame) -> None:
    assert np.exp(table["log_hba1c"]).agg(["min", "max"]).tolist() == pytest.approx([3.8, 16.2])
    assert np.exp(table["log_hdl"]).agg(["min", "max"]).tolist() == pytest.approx([10, 189])
    assert table["total_cholesterol"].agg(["min", "max"]).tolist() == [76, 446]
    assert np.exp(table["log_cadmium"].min()) == pytest.approx(0.07)
    assert np.expm1(table["phq9"]).agg(["min", "max"]).tolist() == pytest.approx([0, 25])


def test_borderline_diabetes_is_no_label(table: pd.DataFrame) -> None:
    assert table["diabetes"].value_counts().to_dict() == {0.0: 4262, 1.0: 836}


def test_codes_for_no_answer_are_missing_and_open_classes_are_their_first_value(table: pd.DataFrame) -> None:
    assert table["sedentary_minutes"].max() <= 24 * 60
    assert table[["meals_out", "ready_to_eat_foods", "frozen_meals"]].max().tolist() == [22, 90, 90]
    assert int((table["meals_out"] == 22).sum()) == 2


def test_zeros_are_zeros(table: pd.DataFrame) -> None:
    numbers = table.select_dtypes("float64")
    assert not ((numbers != 0) & (numbers.abs() < 1e-12)).any(axis=None)
    assert int((table["log_alcohol_g"] == 0).sum()) == 3765


def test_bed_times_lie_around_midnight(table: pd.DataFrame) -> None:
    assert table["bed_hour"].between(-12, 11).sum() == table["bed_hour"].notna().sum()
    assert int((table["bed_hour"] == -1).sum()) == 1075  # 23:00
    assert table["wake_hour"].median() == 6.5


def test_categories_lost_what_the_wording_left_on_them(table: pd.DataFrame) -> None:
    words: set[str] = set(table.select_dtypes("str").stack().dropna())
    assert [word for word in words if word.endswith(("?", " or")) or word in ("Don't Know", "Refused", "")] == []
    assert set(table["general_health"].dropna()) == {"Excellent", "Very good", "Good", "Fair", "Poor"}
    assert "7 or more" in set(table["household_size"])


def test_no_feature_follows_from_an_outcome() -> None:
    from mtl.examples import health_columns as columns

    maps = (columns.NUMERIC, columns.COUNTS, columns.SKEWED, columns.CLOCK, columns.FLAGS, columns.CATEGORIES)
    sources = [source.lower() for names in maps for source in names.values()]
    assert [source for source in sources if any(leak in source for leak in LEAKS)] == []
    spec = load_spec("health", examples.specs())
    assert set(spec.features.columns) == {name for names in maps for name in names}
