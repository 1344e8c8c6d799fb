"""Parquet files."""

from pathlib import Path
from typing import final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from mtl.data.file_format import FileFormat
from mtl.extensions import FORMATS


@FORMATS.register
@final
class Parquet(FileFormat):
    """Parquet; what pandas stored as an index is a column."""

    @override
    def column_names(self, path: Path) -> tuple[str, ...]:
        return tuple(pq.read_schema(path).names)

    @override
    def read(self, path: Path) -> pd.DataFrame:
        try:
            table = pd.read_parquet(path)
        except (LookupError, TypeError, ValueError, AttributeError, pa.ArrowException):
            # What pandas once wrote beside the rows can be spoilt; the rows can do without it.
            table = pq.read_table(path).replace_schema_metadata(None).to_pandas()
        named = [name for name in table.index.names if name is not None and name not in table.columns]
        # What pandas stored as an index is a column for everyone else.
        whole = table.reset_index(named).reset_index(drop=True)
        return whole.set_axis([str(column) for column in whole.columns], axis="columns")
