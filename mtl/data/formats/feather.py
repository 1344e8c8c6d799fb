"""Feather files."""

from pathlib import Path
from typing import final

import pandas as pd
import pyarrow as pa
from typing_extensions import override

from mtl.data.file_format import FileFormat, with_index
from mtl.extensions import FORMATS


@FORMATS.register
@final
class Feather(FileFormat):
    """Feather, as Arrow writes it; what pandas stored as an index is a column."""

    @override
    def column_names(self, path: Path) -> tuple[str, ...]:
        with pa.memory_map(str(path)) as file:
            return tuple(pa.ipc.open_file(file).schema.names)

    @override
    def read(self, path: Path) -> pd.DataFrame:
        return with_index(pd.read_feather(path))
