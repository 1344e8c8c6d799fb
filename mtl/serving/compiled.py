"""A bundle made ready for many small requests: no data frame between the body and the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mtl.features.inputs import Inputs
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.models.plain_network import plain_network
from mtl.models.predictions import outputs_of
from mtl.serving.answers import AnswerForm
from mtl.serving.bundle import Bundle, predictions_in
from mtl.serving.compared import plain_columns
from mtl.serving.quick_body import QuickBody
from mtl.serving.row_layout import RowLayout, TypedRows

SAME = 1e-6
"""How far predictions may be from those of the bundle."""

AT_ONCE = 4096
"""Rows of the trunk, those of all members counted, that a cache holds."""

Outputs = Callable[[Mapping[str, NDArray[Any]]], NDArray[np.floating]]
"""From the arrays of each kind of feature to the outputs of all heads side by side, [N, C] of each member in turn."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """What answers rows of one bundle.

    Attributes:
        bodies: reads them.
        form: of an answer.
        members: whose outputs are separate; 1 where they have been averaged.
        plain: whether a few rows are computed in less time than another thread takes to begin.
    """

    layout: RowLayout
    bodies: QuickBody
    form: AnswerForm
    outputs: Outputs
    members: int
    plain: bool

    def predict(self, rows: TypedRows) -> NDArray[np.float64]:
        """The predictions of all served tasks side by side, as `form` has them; what overflows is not finite."""
        with np.errstate(all="ignore"):
            return self.form.predictions(self.outputs(self.layout.arrays(rows)), self.members)

    def predict_many(self, rows: TypedRows) -> NDArray[np.float64]:
        """As `predict`, of many rows: no more go through the network together than a cache holds with all members."""
        arrays, size = self.layout.arrays(rows), max(AT_ONCE // self.members, 1)
        starts = range(0, len(rows), size)
        parts = ({kind: array[start : start + size] for kind, array in arrays.items()} for start in starts)
        with np.errstate(all="ignore"):
            return np.concatenate([self.form.predictions(self.outputs(part), self.members) for part in parts])


def compiled(bundle: Bundle) -> Compiled:
    """The bundle, ready."""
    layout = RowLayout.of(bundle.transforms)
    plain = plain_network(bundle.network)
    outputs: Outputs = plain or (lambda arrays: _of_torch(bundle.network, arrays))
    members = bundle.network.shape.members if plain else 1
    return Compiled(
        layout, QuickBody(layout, bundle.key), AnswerForm.of(bundle.trained), outputs, members, plain is not None
    )


def unlike(ready: Compiled, bundle: Bundle) -> str | None:
    """Where a bundle, made ready, predicts its example otherwise than it did; None where it does not.

    Numbers may differ by `SAME`, of a task's scale or of the number.
    """
    columns = plain_columns(bundle, bundle.example)
    rows = ready.layout.read(list(zip(*(columns[name] for name in ready.layout.names), strict=True)))
    if rows is None:
        return None  # such rows are answered by the bundle itself
    expected, found = _in_order(bundle, ready), ready.predict(rows)
    scale = ready.form.scale if ready.form.served is None else ready.form.scale[ready.form.served]
    agree = np.abs(found - expected) <= SAME * np.maximum(scale, np.abs(expected))
    agree |= ~np.isfinite(expected) & ~np.isfinite(found)
    if agree.all():
        return None
    row, column = np.argwhere(~agree)[0]
    return f"{found[row, column]} and not {expected[row, column]} in column {column} of row {row}"


def _in_order(bundle: Bundle, ready: Compiled) -> NDArray[np.float64]:
    """What the bundle predicts of its example, as `Compiled.predict` has it."""
    with np.errstate(all="ignore"):
        answer = bundle.predict(bundle.example)
    by_task = [predictions_in(task, answer).reshape(len(answer), -1) for task in ready.form.tasks]
    return np.concatenate(by_task, axis=1)


def _of_torch(network: MultiTaskNetwork, arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.floating]:
    with torch.inference_mode():
        outputs = torch.cat(outputs_of(network, StoredRows(Inputs(arrays))), dim=1)
    array: NDArray[np.floating] = outputs.numpy()
    return array
