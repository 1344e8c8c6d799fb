"""Tables of text whose cells stand between separators."""

import warnings
from pathlib import Path

import pandas as pd
from pandas.errors import ParserWarning


def read_delimited(path: Path, separator: str) -> pd.DataFrame:
    """The table in a file, its columns named as they are there.

    Raises:
        ValueError, OSError, ParserWarning: it cannot be read.
    """
    with warnings.catch_warnings():
        # Of more cells in a row than names in the header pandas drops the surplus, whatever was meant.
        warnings.simplefilter("error", ParserWarning)
        table = pd.read_csv(path, sep=separator, low_memory=False, index_col=False)
    # pandas calls the second of two columns 'x' 'x.1': as if the first were the one that is meant.
    header = pd.read_csv(path, sep=separator, header=None, nrows=1, dtype=str, index_col=False, keep_default_na=False)
    return table.set_axis(header.iloc[0].tolist(), axis="columns")
