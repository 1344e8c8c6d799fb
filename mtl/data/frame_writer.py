"""A frame that is written column by column, for a table that memory does not hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mtl.data.frame import ROWS_A_GROUP, Frame, as_arrow, stored_as

PANDAS = b"pandas"


def write_by_column(columns: Iterator[pd.DataFrame], folder: Path, scratch: Path) -> Frame:
    """Store a table of these columns, as `write_frame` does of the whole: the same file, byte for byte.

    Args:
        columns: each as a table with the attributes of all; one at a time is in memory.
        folder: of the frame.
        scratch: an empty folder for the columns until they are all there.

    Raises:
        DataError: a column holds what cannot be stored.
    """
    files = [_written(column, scratch / f"{number}.column") for number, column in enumerate(columns)]
    schema = _schema([_opened(file).schema for file in files])
    batches = _opened(files[0]).num_record_batches
    return stored_as(lambda partial: _assemble(files, schema, batches, partial), folder)


def _written(column: pd.DataFrame, path: Path) -> Path:
    rows = as_arrow(column).combine_chunks()
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        # Of no row, too, a batch: the reader of the file counts them.
        for batch in rows.to_batches(max_chunksize=ROWS_A_GROUP) or [pa.RecordBatch.from_pylist([], rows.schema)]:
            writer.write_batch(batch)
    return path


def _opened(path: Path) -> pa.ipc.RecordBatchFileReader:
    """Not mapped into memory, where all that was read would stay."""
    return pa.ipc.open_file(pa.OSFile(str(path)))


def _assemble(files: Sequence[Path], schema: pa.Schema, batches: int, target: Path) -> int:
    """Write the row groups one after the other; the number of rows."""
    readers, rows = [_opened(file) for file in files], 0
    with pq.ParquetWriter(target, schema) as writer:
        for batch in range(batches):
            columns = [reader.get_batch(batch).column(0) for reader in readers]
            group = pa.Table.from_arrays(columns, schema=schema)
            writer.write_table(group, row_group_size=ROWS_A_GROUP)
            rows += len(group)
    return rows


def _schema(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """Of all columns, with what pandas says of them."""
    said: list[Mapping[str, Any]] = [json.loads(schema.metadata[PANDAS]) for schema in schemas]
    together = {**said[0], "columns": [column for each in said for column in each["columns"]]}
    metadata = {**schemas[0].metadata, PANDAS: json.dumps(together).encode()}
    return pa.schema([schema.field(0) for schema in schemas], metadata=metadata)
