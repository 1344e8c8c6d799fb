"""A request and its answer → the rows of them that are logged, as a table.

Whether a row is logged follows from a hash of its key, so that whoever is logged is logged at every request, and a
sample is a sample of units; where a request bears no key, from a hash of its body. The hash is another than that of
`mtl.data`, by which rows are split: a share of it would be rows of one side.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from mtl.names import canonical_name
from mtl.serving.bundle import Bundle
from mtl.serving.predictor import Predictor
from mtl.serving.request_body import RawTable
from mtl.serving.request_rows import validate

PERSON = b"mtl-logged-rows"
KEY, PREDICTION, INPUT = "key.", "prediction.", "input."
"""What the names of columns begin with."""


@dataclass(frozen=True)
class LogTo:
    """What is logged, and where.

    Attributes:
        share: of the keys, or of the requests without one, in (0, 1].
        texts: whether raw texts are logged, too.
    """

    folder: Path
    share: float = 0.1
    texts: bool = False


@dataclass(frozen=True, eq=False)
class Exchange:
    """A request that was answered.

    Attributes:
        read: makes a table of the body.
        answer: in JSON, as it was sent.
        time: when it was answered, in UTC.
    """

    version: str
    predictor: Predictor
    body: bytes
    read: Callable[[bytes], RawTable]
    answer: bytes
    time: datetime

    @property
    def size(self) -> int:
        """Bytes of body and answer."""
        return len(self.body) + len(self.answer)


def is_logged(unit: bytes, share: float) -> bool:
    """Whether what is called `unit` is in the sample: for a share of all units, and always the same ones."""
    number = int.from_bytes(blake2b(unit, digest_size=8, person=PERSON).digest(), "big")
    return number < share * 2**64


def logged_rows(exchange: Exchange, to: LogTo) -> pa.Table | None:
    """The rows of an exchange that are in the sample; None where there is none.

    Columns: `key.NAME` (text), `version`, `time` (UTC), `prediction.NAME` (float64 or text) and `input.NAME` (float64
    or text), null where missing.
    """
    predictor = exchange.predictor
    if not predictor.key and not is_logged(exchange.body, to.share):
        return None
    table = exchange.read(exchange.body)
    keys = _keys(table, predictor.key)
    rows = _chosen(exchange.body, keys, len(next(iter(table.cells.values()))), to.share)
    if not rows:
        return None
    wanted = {column.name for column in predictor.columns} & set(table.cells)
    picked = RawTable({name: [table.cells[name][row] for row in rows] for name in wanted}, table.spelled)
    columns = {KEY + name: pa.array([names[row] for row in rows], pa.string()) for name, names in keys.items()}
    columns["version"] = pa.array([exchange.version] * len(rows), pa.string())
    columns["time"] = pa.array([exchange.time.astimezone(UTC)] * len(rows), pa.timestamp("us", tz="UTC"))
    return pa.table(columns | dict(_predictions(exchange, rows)) | dict(_inputs(predictor, picked, texts=to.texts)))


def _keys(table: RawTable, key: Sequence[str]) -> dict[str, list[str | None]]:
    """The names of each column of the key; of a column that did not come, and of an empty cell, None."""
    length = len(next(iter(table.cells.values())))
    return {name: [_name(cell) for cell in table.cells.get(name, [None] * length)] for name in key}


def _name(cell: object) -> str | None:
    missing = cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))
    return None if missing else canonical_name(cell)


def _chosen(body: bytes, keys: Mapping[str, Sequence[str | None]], length: int, share: float) -> list[int]:
    """Rows by their key; those whose key is not whole all together, by the request."""
    together = is_logged(body, share)
    units = list(zip(*keys.values(), strict=True)) if keys else [(None,)] * length
    return [
        row for row, unit in enumerate(units) if (together if None in unit else is_logged(orjson.dumps(unit), share))
    ]


def _predictions(exchange: Exchange, rows: Sequence[int]) -> Iterator[tuple[str, pa.Array]]:
    """Those of either protocol. What a client did not ask for is null."""
    answer = orjson.loads(exchange.answer)
    found: dict[str, list[Any]] = {tensor["name"]: tensor["data"] for tensor in answer.get("outputs", ())}
    for column in exchange.predictor.outputs:
        kind = pa.float64() if column.kind == "double" else pa.string()
        if "predictions" in answer:
            cells = [answer["predictions"][row][column.name] for row in rows]
        else:
            cells = [found[column.name][row] if column.name in found else None for row in rows]
        yield PREDICTION + column.name, pa.array(cells, kind)


def _inputs(predictor: Predictor, picked: RawTable, *, texts: bool) -> Iterator[tuple[str, pa.Array]]:
    private = frozenset() if texts else _texts(predictor)
    columns = [column for column in predictor.columns if column.name not in private]
    kept = RawTable({column.name: picked.cells[column.name] for column in columns}, picked.spelled)
    if not columns:
        return
    read = validate(kept, columns)
    for column in columns:
        kind = pa.float64() if column.cell.type == "number" else pa.string()
        yield INPUT + column.name, pa.array(read[column.name], kind, from_pandas=True)


def _texts(predictor: Predictor) -> frozenset[str]:
    """Columns that hold what people wrote; where it cannot be told, all that hold no numbers."""
    if not isinstance(predictor, Bundle):
        return frozenset(column.name for column in predictor.columns if column.cell.type != "number")
    features = predictor.transforms.features.values()
    return frozenset(name for feature in features if feature.holds == "texts" for name in feature.columns)
