"""Parquet files."""

from pathlib import Path
from typing import final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from mtl.data.file_format import FileFormat, with_index
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
        return with_index(table)
