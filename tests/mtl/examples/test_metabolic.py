"""Metabolic syndrome: the rule of its labels, on persons worked out by hand, and the facts of the survey."""

import numpy as np
import pandas as pd
import pytest

from mtl import examples
from mtl.examples import health_columns, metabolic
from mtl.spec import Spec, load_spec
from tests.mtl.examples.cache import example_table

pytestmark = pytest.mark.network

PARTS = ("waist_high", "hdl_low", "pressure_high", "glucose_high")
UNKNOWN = np.nan

MAN = {
    "gender": "Male",
    "waist_cm": 101.9,
    "hdl_mg_dl": 40.0,
    "systolic_mmhg": 129.0,
    "diastolic_mmhg": 84.0,
    "hba1c_percent": 5.6,
    "insulin": 0.0,
    "diabetes_pills": 0.0,
}
"""Just on the healthy side of each limit."""

TEXTS = {
    "Gender": "Female",
    "WaistCircumferenceCm": "88.0",
    "DirectHdlcholesterolMgdl": "49.0",
    "Glycohemoglobin": "5.7",
    "TakingInsulinNow": "0.0",
    "TakeDiabeticPillsToLowerBloodSugar": None,
    "SystolicBloodPres2NdRdgMmHg": "120.0",
    "SystolicBloodPres3RdRdgMmHg": "124.0",
    "DiastolicBloodPres2NdRdgMmHg": "5.397605346934028e-79",
    "DiastolicBloodPres3RdRdgMmHg": "70.0",
}


@pytest.fixture
def table() -> pd.DataFrame:
    return example_table("health")


@pytest.fixture
def spec() -> Spec:
    return load_spec("metabolic", examples.specs())


def components(**changed: object) -> list[float]:
    found = metabolic.components(pd.DataFrame([MAN | changed]))
    return [float(found[part].iloc[0]) for part in PARTS]


def same(found: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(found, expected)


def test_nothing_is_present_just_short_of_every_limit_and_everything_at_it() -> None:
    same(components(), [0, 0, 0, 0])
    at_the_limits = {"waist_cm": 102.0, "hdl_mg_dl": 39.0, "systolic_mmhg": 130.0, "hba1c_percent": 5.7}
    same(components(**at_the_limits), [1, 1, 1, 1])


def test_a_woman_has_her_own_limits_of_waist_and_hdl() -> None:
    same(components(gender="Female", waist_cm=87.9, hdl_mg_dl=50.0), [0, 0, 0, 0])
    same(components(gender="Female", waist_cm=88.0, hdl_mg_dl=49.0), [1, 1, 0, 0])
    same(components(waist_cm=88.0, hdl_mg_dl=49.0), [0, 0, 0, 0])


def test_what_was_not_measured_is_unknown() -> None:
    nothing = dict.fromkeys(("waist_cm", "hdl_mg_dl", "systolic_mmhg", "diastolic_mmhg", "hba1c_percent"), UNKNOWN)
    same(components(**nothing), [UNKNOWN] * 4)
    same(components(gender=None), [UNKNOWN, UNKNOWN, 0, 0])


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"),
    [(129, 85, 1), (130, UNKNOWN, 1), (UNKNOWN, 85, 1), (129, UNKNOWN, UNKNOWN), (UNKNOWN, 84, UNKNOWN)],
)
def test_either_pressure_is_enough_and_only_both_rule_it_out(
    systolic: float, diastolic: float, expected: float
) -> None:
    same(components(systolic_mmhg=systolic, diastolic_mmhg=diastolic), [0, 0, expected, 0])


@pytest.mark.parametrize(
    ("hba1c", "insulin", "pills", "expected"),
    [(5.0, 1, 0, 1), (5.0, 0, 1, 1), (UNKNOWN, 1, 0, 1), (UNKNOWN, 0, 0, UNKNOWN), (5.0, UNKNOWN, 0, UNKNOWN)],
)
def test_treated_glucose_is_elevated_whatever_was_measured(
    hba1c: float, insulin: float, pills: float, expected: float
) -> None:
    same(components(hba1c_percent=hba1c, insulin=insulin, diabetes_pills=pills), [0, 0, 0, expected])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1, 1, 1, 1), 1),
        ((1, 1, 1, 0), 1),
        ((1, 1, 1, UNKNOWN), 1),  # the fourth cannot take it back
        ((1, 1, 0, 0), UNKNOWN),  # the triglycerides would decide
        ((1, 0, 0, 0), 0),  # two at most, with the triglycerides
        ((1, 0, 0, UNKNOWN), UNKNOWN),  # three, with the unknown one and the triglycerides
        ((0, 0, 0, UNKNOWN), 0),
        ((0, 0, UNKNOWN, UNKNOWN), UNKNOWN),
        ((UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), UNKNOWN),
    ],
)
def test_the_syndrome_is_known_where_no_unknown_component_could_change_it(
    parts: tuple[float, ...], expected: float
) -> None:
    same([float(metabolic.syndrome(pd.DataFrame([parts], columns=PARTS)).iloc[0])], [expected])


def test_the_labels_are_read_from_the_files_texts() -> None:
    person = metabolic.measured(pd.DataFrame([TEXTS])).iloc[0]
    assert person["systolic_mmhg"] == 122.0
    assert person["diastolic_mmhg"] == 70.0  # the reading of 0 is none
    assert person["diabetes_pills"] == 0.0  # never asked about
    labels = metabolic.labels(pd.DataFrame([TEXTS]))
    assert {name: float(values.iloc[0]) for name, values in labels.items()} == {
        "metabolic_syndrome": 1.0,
        "waist_high": 1.0,
        "hdl_low": 1.0,
        "pressure_high": 0.0,
        "glucose_high": 1.0,
    }


def test_two_diastolic_zeros_leave_no_reading() -> None:
    zero = "5.397605346934028e-79"
    texts = TEXTS | {"DiastolicBloodPres2NdRdgMmHg": zero, "DiastolicBloodPres3RdRdgMmHg": zero}
    assert np.isnan(metabolic.labels(pd.DataFrame([texts]))["pressure_high"].iloc[0])


@pytest.mark.parametrize(
    ("label", "absent", "present", "missing"),
    [
        ("metabolic_syndrome", 1965, 1345, 1955),
        ("waist_high", 1956, 2981, 328),
        ("hdl_low", 3476, 1461, 328),
        ("pressure_high", 2911, 2047, 307),
        ("glucose_high", 2688, 2358, 219),
    ],
)
def test_how_many_adults_have_each(table: pd.DataFrame, label: str, absent: int, present: int, missing: int) -> None:
    labels = table[label]
    assert [int((labels == 0).sum()), int((labels == 1).sum()), int(labels.isna().sum())] == [absent, present, missing]


def test_the_missing_syndromes_are_the_borderline_ones(table: pd.DataFrame) -> None:
    parts = table[list(PARTS)]
    complete = parts.notna().all(axis=1)
    assert parts[complete].sum(axis=1).value_counts().to_dict() == {2.0: 1342, 1.0: 1122, 3.0: 959, 0.0: 746, 4.0: 309}
    assert (table["metabolic_syndrome"].isna() == (parts.sum(axis=1) == 2))[complete].all()


def test_the_labels_agree_with_the_outcomes_of_the_same_blood(table: pd.DataFrame) -> None:
    assert (table.loc[np.exp(table["log_hba1c"]) > 5.75, "glucose_high"] == 1).all()
    assert (table.loc[table["systolic"] >= 130, "pressure_high"] == 1).all()
    assert (table["hdl_low"].isna() == table["log_hdl"].isna()).all()


def test_the_syndrome_is_composed_of_the_other_gated_tasks(spec: Spec) -> None:
    assert spec.gated_tasks == ("metabolic_syndrome", *PARTS)
    assert spec.tasks["metabolic_syndrome"].composed_of == PARTS
    assert spec.depths() == (0, 1, 1, 1, 1)
    assert "hierarchical" in {scheme.name for scheme in spec.schemes}


def test_the_features_are_those_of_health_without_what_a_label_is_read_from(spec: Spec) -> None:
    health = load_spec("health", examples.specs()).features.columns
    assert set(spec.features.columns) == set(health) - {"waist_cm"}
    sources = health_columns.NUMERIC | health_columns.CATEGORIES
    read_from = {sources[name] for name in spec.features.columns if name in sources} & set(metabolic.WANTED)
    assert read_from == {"Gender"}
