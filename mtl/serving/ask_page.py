"""A page on which a person fills in a row and sees every task's prediction, and what it asks the server for.

The page itself tells nothing of the model but its name, so that it is shown to whoever comes; what its form is made of
is behind the keys, as predictions are.
"""

import asyncio
import html
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any, Protocol

import pandas as pd

from mtl.features.cells import CATEGORY, DATE, TEXT, TRUTH, Cell
from mtl.features.kinds.categorical import Categorical
from mtl.serving.api_document import example_body
from mtl.serving.bundle import Bundle
from mtl.serving.exchange import Receive, Scope, Send, answer, as_json, header, read_body
from mtl.serving.predictor import Predictor
from mtl.serving.reload import Served
from mtl.serving.request_body import RequestError, parse
from mtl.serving.request_rows import validate
from mtl.tasks.kind import kind_named

EXAMPLES = 10
"""Rows of the model's example that a person may begin with."""

MOST_LEVELS = 200
"""Names of a category that a field offers; any other may be typed."""


class SingleTask(Protocol):
    """The models of one task each that a version replaced, if whoever serves it has them at hand."""

    def beside(self, served: Served, rows: pd.DataFrame) -> pd.DataFrame | None:
        """What they predict for rows, in columns as the version's own answer has; None where there are none.

        The columns of a task whose model was not kept may be missing. May take a while, when a version is first asked
        about; called by several threads.
        """


def page_of(name: str, keyed: bool) -> str:
    """The page, as HTML. `name`: the registered model's; `keyed`: whether a key is asked for."""
    return _template().replace("KEYED", str(keyed).lower()).replace("NAME", html.escape(name))


@cache
def _template() -> str:
    return (files("mtl.serving") / "ask_page.html").read_text(encoding="utf-8")


def form_of(name: str, served: Served, single_task: SingleTask | None) -> dict[str, Any]:
    """What the page's form is made of: fields with their kinds, levels and ranges; tasks; rows to begin with."""
    predictor = served.predictor
    examples = example_body(predictor, EXAMPLES)["dataframe_records"]
    levels = _levels(predictor)
    fields = [
        {
            "name": column.name,
            "kind": _kind(column.cell),
            "hint": _hint(column.cell, [row[column.name] for row in examples]),
            "levels": levels.get(column.name, ()),
        }
        for column in predictor.columns
    ]
    beside = single_task is not None and single_task.beside(served, predictor.example.head(1)) is not None
    told = {"model": name, "version": served.version, "fields": fields, "tasks": _tasks(predictor)}
    return {**told, "examples": examples, "single_task": beside}


async def answer_beside(
    served: Served, single_task: SingleTask | None, max_body: int, scope: Scope, receive: Receive, send: Send
) -> None:
    """POST /single-task: what the models of one task each say to a body of `/invocations`; 404 where there are none."""
    try:
        body, content_type = await read_body(receive, max_body), header(scope["headers"], b"content-type")
        if single_task is None:
            raise RequestError(NONE, 404)
        told = None if content_type is None else content_type.decode("latin-1")
        call = partial(_beside, served, single_task, body, told)
        status, found = 200, as_json(await asyncio.get_running_loop().run_in_executor(None, call))
    except RequestError as error:
        status, found = error.status, as_json({"error_code": "INVALID_PARAMETER_VALUE", "message": str(error)})
    await answer(send, found, status, served.header)


NONE = "this server has no single-task models at hand"


def _beside(served: Served, single_task: SingleTask, body: bytes, content_type: str | None) -> dict[str, Any]:
    table = validate(parse(body, content_type), served.predictor.columns, served.predictor.key)
    found = single_task.beside(served, table)
    if found is None:
        raise RequestError(NONE, 404)
    return {"predictions": found.to_dict("records")}


def _kind(cell: Cell) -> str:
    if cell is TRUTH:
        return "truth"
    if cell is TEXT:
        return "text"
    if cell is DATE:
        return "date"
    return "category" if cell is CATEGORY else "number"


def _hint(cell: Cell, values: Sequence[Any]) -> str:
    """What the example has: the range of its numbers, else a value."""
    known = [value for value in values if value is not None]
    if not known or cell is TRUTH:
        return ""
    if cell.type == "number":
        return f"{min(known):.4g} to {max(known):.4g}" if len(set(known)) > 1 else f"{known[0]:.4g}"
    return f"{known[0]}"[:40]


def _levels(predictor: Predictor) -> Mapping[str, Sequence[str]]:
    """The names of each category that have a code of their own."""
    if not isinstance(predictor, Bundle):
        return {}
    kinds = [feature for feature in predictor.transforms.features.values() if isinstance(feature, Categorical)]
    pairs = (pair for feature in kinds for pair in zip(feature.columns, feature.fitted, strict=True))
    return {name: column.values[:MOST_LEVELS] for name, column in pairs}


def _tasks(predictor: Predictor) -> list[dict[str, Any]]:
    """Each task with its classes, if they have names, and whether it is predicted as the probability of 1."""
    if not isinstance(predictor, Bundle):
        return [{"name": output.name, "classes": (), "probability": False} for output in predictor.outputs]
    return [
        {
            "name": task.name,
            "classes": task.classes,
            "probability": kind_named(task.kind).num_classes(task.classes) == 2 and not task.classes,
        }
        for task in predictor.tasks
    ]
