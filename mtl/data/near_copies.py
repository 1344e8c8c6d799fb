"""A column that says what another says, in other words or other units."""

import numpy as np
import pandas as pd

from mtl.names import canonical_names, read_numbers

EQUAL = 0.99999
"""Correlation from which on a feature counts as the label in other units."""

FIRST = 1000
"""Rows that rule out most features before all are looked at."""

MOST_CLASSES = 100


def tells(feature: pd.Series, label: pd.Series) -> bool:
    """Whether each value of a feature stands for one of the label, and each of the label for one of the feature."""
    known = (feature.notna() & label.notna()).to_numpy()
    numbers = [read_numbers(each[known]) for each in (feature, label)]
    if all(len(each) > 2 and np.isfinite(each).all() and each.std() > 0 for each in numbers):
        return abs(float(np.asarray(np.corrcoef(np.stack(numbers)))[0, 1])) > EQUAL
    if known.sum() < FIRST / 10 or label.nunique() > MOST_CLASSES or feature.nunique() != label.nunique():
        return False
    pairs = set(zip(canonical_names(feature[known]), canonical_names(label[known]), strict=True))
    return len(pairs) == feature[known].nunique() > 1
