"""Feather files."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import final

import pandas as pd
import pyarrow as pa
from typing_extensions import override

from mtl.data.file_format import FileFormat, after, with_index
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
    def chunks(self, path: Path, columns: Sequence[str], texts: Collection[str], start: int) -> Iterator[pa.Table]:
        with pa.memory_map(str(path)) as file:
            stored = pa.ipc.open_file(file)
            batches = (stored.get_batch(number) for number in range(stored.num_record_batches))
            yield from after(start, (pa.Table.from_batches([batch]).select(list(columns)) for batch in batches))

    @override
    def read(self, path: Path) -> pd.DataFrame:
        return with_index(pd.read_feather(path))
