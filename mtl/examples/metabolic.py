"""Metabolic syndrome and its components in NHANES 2017–2018: 0, 1, or NaN where the survey leaves it open.

The harmonised definition (Alberti et al. 2009, Circulation 120:1640–1645): at least three of a large waist, low HDL
cholesterol, elevated blood pressure, elevated glucose and elevated triglycerides. The waist's limits are those that it
lists for the United States. Of what the definition asks for, the file lacks:

- triglycerides: that component is open for everybody. It is no task, and counts as unknown in the syndrome;
- fasting glucose: glycated haemoglobin of 5.7 % or more, the American Diabetes Association's limit of prediabetes,
  stands for it;
- drugs for blood pressure and HDL cholesterol: those components are what was measured, treated or not.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mtl.examples import health_columns
from mtl.examples.survey import numbers

_SOURCES = {
    "waist_cm": "WaistCircumferenceCm",
    "hdl_mg_dl": "DirectHdlcholesterolMgdl",
    "hba1c_percent": "Glycohemoglobin",
    "insulin": "TakingInsulinNow",
    "diabetes_pills": "TakeDiabeticPillsToLowerBloodSugar",
}
_GENDER = health_columns.CATEGORIES["gender"]
_DIASTOLIC = ["DiastolicBloodPres2NdRdgMmHg", "DiastolicBloodPres3RdRdgMmHg"]

WANTED = (_GENDER, *_SOURCES.values(), *health_columns.SYSTOLIC, *_DIASTOLIC)
"""The file's columns that the labels are made from. All but the gender give a component away: no feature."""

_NEEDED = 3
_NEVER_MEASURED = 1
"""Triglycerides."""


def labels(raw: pd.DataFrame) -> Mapping[str, pd.Series]:
    """The syndrome and its four recorded components, by the names of the tasks; `raw` holds the file's texts."""
    parts = components(measured(raw))
    return {"metabolic_syndrome": syndrome(pd.DataFrame(parts)), **parts}


def measured(raw: pd.DataFrame) -> pd.DataFrame:
    """What the components are judged by: cm, mg/dL, %, mmHg (mean of the second and third reading), 0 or 1 for drugs.

    `raw` holds the file's texts in the columns `WANTED`.
    """
    single = {name: numbers(raw[source]) for name, source in _SOURCES.items()}
    # Pills were asked about only where a doctor had spoken of diabetes or prediabetes.
    single["diabetes_pills"] = single["diabetes_pills"].fillna(0.0)
    systolic = raw[health_columns.SYSTOLIC].apply(numbers).mean(axis=1)
    # A diastolic 0 means that the sounds never vanished while the cuff emptied: not a low pressure, but none read.
    diastolic = raw[_DIASTOLIC].apply(numbers).replace(0.0, np.nan).mean(axis=1)
    return pd.DataFrame({"gender": raw[_GENDER], **single, "systolic_mmhg": systolic, "diastolic_mmhg": diastolic})


def components(people: pd.DataFrame) -> dict[str, pd.Series]:
    """The components of people as `measured`: 1 present, 0 absent, NaN unknown."""
    waist_limit = people["gender"].map({"Male": 102.0, "Female": 88.0})
    hdl_limit = people["gender"].map({"Male": 40.0, "Female": 50.0})
    pressure = _reached(people["systolic_mmhg"], 130.0), _reached(people["diastolic_mmhg"], 85.0)
    return {
        "waist_high": _reached(people["waist_cm"], waist_limit),
        "hdl_low": 1.0 - _reached(people["hdl_mg_dl"], hdl_limit),
        "pressure_high": _any(*pressure),
        "glucose_high": _any(_reached(people["hba1c_percent"], 5.7), people["insulin"], people["diabetes_pills"]),
    }


def syndrome(parts: pd.DataFrame) -> pd.Series:
    """1 or 0 where the known components settle it, whatever the unknown ones and the triglycerides are; else NaN."""
    present = (parts == 1.0).sum(axis=1)
    possible = present + parts.isna().sum(axis=1) + _NEVER_MEASURED
    return (present >= _NEEDED).astype(float).where((present >= _NEEDED) | (possible < _NEEDED))


def _reached(values: pd.Series, limit: pd.Series | float) -> pd.Series:
    excess = values - limit
    return (excess >= 0.0).astype(float).mask(excess.isna())


def _any(*flags: pd.Series) -> pd.Series:
    """1 where some flag is 1, 0 where all are 0; else an unknown one could decide."""
    table = pd.concat(flags, axis=1)
    return table.max(axis=1).where((table == 1.0).any(axis=1) | table.notna().all(axis=1))
