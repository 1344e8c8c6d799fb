"""The body of a request → a table of raw values, in any form that MLflow's scoring server takes."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtl.shown import shortened

SHOWN = 30
"""Names in a message."""

JSON_FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
JSON_TYPE, CSV_TYPE = "application/json", "text/csv"
EMPTY_CELLS = frozenset({"", "NA", "N/A", "n/a", "NaN", "nan", "-nan", "NULL", "null", "None", "<NA>", "#N/A"})
"""Cells of a CSV file that stand for a missing value, as pandas reads them."""

Cells = Mapping[str, Sequence[object]]
"""By column. What is turned round from rows is turned when a column is asked for: most bodies that are wrong have a
column that is, and there may be as many as bytes."""


class RequestError(Exception):
    """A request that cannot be answered; the message says what was expected and what came."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class RawTable:
    """The values of a request by column. `spelled`: they came as text, as in CSV, so that a number is spelled out."""

    cells: Cells
    spelled: bool = False


class Turned(Mapping[str, Sequence[object]]):
    """Columns of what came as rows."""

    def __init__(self, names: Collection[str], column: Callable[[str], Sequence[object]]) -> None:
        self._names, self._column = names, column

    def __getitem__(self, name: str) -> Sequence[object]:
        """The column, turned round."""
        if name not in self._names:
            raise KeyError(name)
        return self._column(name)

    def __iter__(self) -> Iterator[str]:
        """Names, as they came."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._names)


def parse(body: bytes, content_type: str | None) -> RawTable:
    """Read a body; all columns are of one length. Raises RequestError (400 or 415)."""
    media_type = _media_type(content_type)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"the body must be UTF-8 text: {error}") from error
    if media_type == CSV_TYPE:
        return _from_csv(text)
    return RawTable(_from_json(text))


def _media_type(content_type: str | None) -> str:
    media_type, *parameters = [part.strip() for part in (content_type or "").lower().split(";")]
    if media_type not in {JSON_TYPE, CSV_TYPE}:
        got = f"'{content_type}'" if content_type else "none"
        raise RequestError(f"Content-Type must be {JSON_TYPE} or {CSV_TYPE}; got {got}", 415)
    for parameter in parameters:
        if parameter.replace('"', "") not in {"", "charset=utf-8"}:
            raise RequestError(f"Content-Type may say charset=utf-8 and nothing else; got '{parameter}'", 415)
    return media_type


def _from_json(text: str) -> Cells:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise RequestError(f"the body must be a JSON object with one of {_one_of()}; got {kind_of(body)}")
    forms = [key for key in body if key in JSON_FORMS]
    others = [key for key in body if key not in JSON_FORMS and not (key == "params" and not body[key])]
    if len(forms) != 1 or others:
        got = some_of([f"'{key}'" for key in body]) or "no key"
        raise RequestError(f"the body must have exactly one of {_one_of()}; got {got}")
    form, content = forms[0], body[forms[0]]
    if form == "dataframe_split":
        return _from_split(content)
    if form == "inputs" and isinstance(content, dict):
        return _from_columns(content)
    return _from_records(form, content)


def _from_split(content: object) -> Cells:
    if not isinstance(content, dict) or not isinstance(content.get("data"), list):
        raise RequestError("'dataframe_split' must be an object with 'columns', a list of names, and 'data', a list")
    columns = content.get("columns")
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise RequestError("'dataframe_split' must have 'columns', a list of names")
    return _from_rows(columns, content["data"], "row")


def _from_rows(columns: Sequence[str], rows: Sequence[Any], called: str, first: int = 0) -> Cells:
    repeated = sorted(name for name, count in Counter(columns).items() if count > 1)
    if repeated:
        raise RequestError(f"each column once; repeated: {some_of(repeated)}")
    for position, row in enumerate(rows, first):
        if not isinstance(row, list) or len(row) != len(columns):
            got = f"{len(row)} values" if isinstance(row, list) else kind_of(row)
            raise RequestError(f"{called} {position} must have {len(columns)} values, one per column; got {got}")
    places = {name: place for place, name in enumerate(columns)}
    return Turned(places, lambda name: [row[places[name]] for row in rows])


def _from_records(form: str, content: object) -> Cells:
    if not isinstance(content, list):
        raise RequestError(f"'{form}' must be a list of objects, one per row; got {kind_of(content)}")
    columns: dict[str, None] = {}
    for position, record in enumerate(content):
        if not isinstance(record, dict):
            raise RequestError(f"row {position} of '{form}' must be an object by column name; got {kind_of(record)}")
        columns.update(dict.fromkeys(record))
    return Turned(columns, lambda name: [record.get(name) for record in content])


def _from_columns(content: Mapping[str, object]) -> Cells:
    table: dict[str, Sequence[object]] = {}
    for name, values in content.items():
        if not isinstance(values, list):
            raise RequestError(f"column '{name}' of 'inputs' must be a list of values; got {kind_of(values)}")
        table[name] = values
    lengths = {name: len(values) for name, values in table.items()}
    if len(set(lengths.values())) > 1:
        shown = some_of([f"'{name}' has {length}" for name, length in lengths.items()])
        raise RequestError(f"the columns of 'inputs' must be of one length; {shown}")
    return table


def _from_csv(text: str) -> RawTable:
    # Not pandas: it drops surplus cells with a mere warning, and takes the first column for an index.
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise RequestError(f"the body is not CSV: {error}") from error
    if not lines:
        raise RequestError("the body must be CSV with a line of column names; got nothing")
    header, *rows = lines
    cells = [[None if cell in EMPTY_CELLS else cell for cell in row] for row in rows]
    return RawTable(_from_rows(header, cells, "record", first=1), spelled=True)


def some_of(names: Iterable[str]) -> str:
    """The first names, and how many more there are: an answer is not as long as the request was."""
    listed = list(names)
    more = [f"and {len(listed) - SHOWN} more"] if len(listed) > SHOWN else []
    return ", ".join([*(shortened(name) for name in listed[:SHOWN]), *more])


def kind_of(value: object) -> str:
    """What a JSON value is, with an article."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _one_of() -> str:
    return ", ".join(f"'{form}'" for form in JSON_FORMS)
