"""Tables of text with commas between the cells."""

from pathlib import Path
from typing import final

import pandas as pd
from typing_extensions import override

from mtl.data.delimited import header_of, read_delimited
from mtl.data.file_format import FileFormat
from mtl.extensions import FORMATS


@FORMATS.register
@final
class Csv(FileFormat):
    """Text with commas between the cells."""

    @override
    def column_names(self, path: Path) -> tuple[str, ...]:
        return tuple(header_of(path, ","))

    @override
    def read(self, path: Path) -> pd.DataFrame:
        return read_delimited(path, ",")
