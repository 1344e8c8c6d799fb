"""What the cells of the NHANES file say, given as text."""

import pandas as pd

_SAS_ZERO = 1e-70


def numbers(column: pd.Series) -> pd.Series:
    """The column's numbers. SAS wrote a zero as 5.4e-79."""
    values = pd.to_numeric(column)
    return values.mask(values.abs() < _SAS_ZERO, 0.0)


def hours(column: pd.Series) -> pd.Series:
    """Hours after midnight of times such as `b'23:30'`."""
    found = column.str.extract(r"(\d{2}):(\d{2})").astype(float)
    return found[0] + found[1] / 60


def flags(column: pd.Series) -> pd.Series:
    """0 and 1; a word (Borderline, Don't Know) is no answer."""
    return pd.to_numeric(column, errors="coerce").astype(float)


def words(column: pd.Series) -> pd.Series:
    """The category without what the wording of the question left at its end (`Poor?`, `Fair or`)."""
    kept = column.str.removesuffix("?").str.removesuffix(" people in the Household").str.removesuffix(" or")
    return kept.mask(kept == "Don't Know")
