"""Reading what `mtl serve --log-predictions` has written."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mtl.errors import UserError
from mtl.shown import reason_of


def read_predictions(folder: Path, version: str) -> pd.DataFrame:
    """What was answered by a version, the earliest first; columns as the log has them, none where there is no row.

    Raises:
        UserError: no folder with a log, or a file in it that cannot be read.
    """
    files = sorted(folder.glob("*/*.parquet")) if folder.is_dir() else []
    if not files:
        raise UserError(
            f"--log: expected a folder that `mtl serve --log-predictions` has filled; '{folder}' holds no file of one"
        )
    tables = [table for file in files if len(table := _read(file, version))]
    if not tables:
        return pd.DataFrame()
    return pd.concat(tables, ignore_index=True).sort_values("time", kind="stable", ignore_index=True)


def _read(file: Path, version: str) -> pd.DataFrame:
    try:
        rows: pd.DataFrame = pq.read_table(file, partitioning=None, filters=[("version", "==", version)]).to_pandas()
        return rows
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise UserError(f"--log: '{file}' is no file of a prediction log: {reason_of(error)}; move it away") from error
