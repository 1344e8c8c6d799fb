"""A JSON body → typed rows, where nothing in it needs a second look.

What is read here is read as `request_body` and `request_rows` read it. Whatever is unlike most requests (an unknown or
missing column, a cell of another type, NaN as a word, half a surrogate pair) is left to them: they name what is wrong.
"""

from collections.abc import Callable, Collection, Sequence
from operator import itemgetter
from typing import Any

import orjson

from mtl.serving.request_body import JSON_FORMS
from mtl.serving.row_layout import Row, RowLayout, TypedRows


class QuickBody:
    """Reads bodies for one layout."""

    def __init__(self, layout: RowLayout, key: Sequence[str] = ()) -> None:
        """`key`: columns that may be there besides."""
        self._layout = layout
        self._key = frozenset(key) - frozenset(layout.names)
        self._names = list(layout.names)
        self._of_record = _picking(self._names)
        self._split_as: tuple[list[str], Callable[[Any], Row] | None] = (self._names, None)

    def read(self, body: bytes) -> TypedRows | None:
        """The rows of a body, or None."""
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        if type(content) is not dict or len(content) != 1:
            return None
        ((form, table),) = content.items()
        rows = self._rows(form, table) if form in JSON_FORMS else None
        return self._layout.read(rows) if rows else None

    def _rows(self, form: str, table: object) -> Sequence[Row] | None:
        if type(table) is list and form != "dataframe_split":
            return self._from_records(table)
        if type(table) is not dict:
            return None
        if form == "dataframe_split":
            return self._from_split(table.get("columns"), table.get("data"))
        return self._from_columns(table) if form == "inputs" else None

    def _from_records(self, records: list[Any]) -> Sequence[Row] | None:
        width = len(self._names)
        for record in records:
            if type(record) is not dict or (len(record) != width and not self._fit(record)):
                return None
        try:
            return [self._of_record(record) for record in records]
        except KeyError:
            return None

    def _from_columns(self, table: dict[str, Any]) -> Sequence[Row] | None:
        columns: list[Any] = [table.get(name) for name in self._names]
        if (len(table) != len(columns) and not self._fit(table)) or any(type(column) is not list for column in columns):
            return None
        return list(zip(*columns, strict=True)) if len(set(map(len, columns))) == 1 else None

    def _fit(self, names: Collection[str]) -> bool:
        """Whether names are the model's and some of the key's."""
        extra = set(names).difference(self._names)
        return len(names) - len(extra) == len(self._names) and self._key.issuperset(extra)

    def _from_split(self, columns: object, data: object) -> Sequence[Row] | None:
        if type(columns) is not list or type(data) is not list or not all(type(row) is list for row in data):
            return None
        known, pick = self._split_as
        if columns != known:
            if not all(type(name) is str for name in columns) or len(set(columns)) < len(columns):
                return None
            if not self._fit(columns):
                return None
            pick = _picking([columns.index(name) for name in self._names])
            self._split_as = (columns, pick)  # a client sends its columns in the same order again
        width = len(columns)
        if not all(len(row) == width for row in data):
            return None
        return data if pick is None else [pick(row) for row in data]


def _picking(keys: Sequence[Any]) -> Callable[[Any], Row]:
    if len(keys) == 1:
        return lambda cells: (cells[keys[0]],)
    return itemgetter(*keys)
