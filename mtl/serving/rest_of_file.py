"""The rows of one file that are left, predicted by whatever process: one of this machine, or a worker of a cluster."""

import platform
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mtl.errors import MtlError, UserError
from mtl.serving.file_answers import FileAnswers, on_one_thread
from mtl.serving.file_parts import PART_ROWS, FileParts, alike, texts_of
from mtl.serving.reload import FixedSource, Follower
from mtl.storage import partial_file


@dataclass(frozen=True)
class BundleThere:
    """A version's bundle, as another process finds it: by its folder, which must hold what has this digest."""

    version: str
    folder: Path
    digest: str


@dataclass(frozen=True)
class RestOfFile:
    """What is to be predicted, and where to.

    Attributes:
        number: of the file, among all that are asked for.
        start: the first row that is left.
        schema: the columns and types of the result.
    """

    bundle: BundleThere
    file: Path
    number: int
    start: int
    parts: FileParts
    schema: pa.Schema


def predict_rest(rest: RestOfFile) -> int:
    """Write all rows that are left as one part; how many they are. On one thread, and in bounded memory.

    Two processes that are given the same, since one was taken for lost, leave the same bytes under the same name.

    Raises:
        UserError: this process does not see the files.
        DataError: as `FileAnswers.answers`.
        MtlError: the bundle is not there, or another.
    """
    for name, path in (("IN", rest.file), ("OUT", rest.parts.folder)):
        if not path.exists():
            raise UserError(
                f"{name}: {platform.node()} does not see '{path}'; with MTL_DASK all workers must see it at this path"
            )
    with on_one_thread():
        rows = _written(rest)
    rest.parts.finish(rest.number, rest.start + rows)
    return rows


def _written(rest: RestOfFile) -> int:
    answers, rows = _answers(rest.bundle), 0
    with partial_file(place := rest.parts.place(rest.number, rest.start)) as partial:
        with pq.ParquetWriter(partial, rest.schema, use_dictionary=texts_of(rest.schema)) as writer:
            for part in answers.parts(rest.file, rest.start, PART_ROWS):
                writer.write_table(alike(part, rest.schema, rest.file))
                rows += part.num_rows
        if rows:
            partial.replace(place)
    return rows


@lru_cache(maxsize=1)
def _answers(bundle: BundleThere) -> FileAnswers:
    """Loaded once by a worker of many files."""
    served = Follower(FixedSource(bundle.version, bundle.folder)).served
    if served.predictor.digest != bundle.digest:
        raise MtlError(f"on {platform.node()}, '{bundle.folder}' holds another bundle than here; start again")
    return FileAnswers.of(served)
