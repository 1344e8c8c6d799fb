"""What serving needs of a model: its columns, its outputs, and predictions by name."""

from typing import Literal, Protocol

import pandas as pd

from mtl.features.cells import Cell


class InputColumn(Protocol):
    """A column of the input; a value of it may be missing."""

    @property
    def name(self) -> str:
        """As in the training data."""

    @property
    def cell(self) -> Cell:
        """How its values are read."""


class OutputColumn(Protocol):
    """A column of the predictions: a task's, or the probability of one of its classes."""

    @property
    def name(self) -> str:
        """The task, or `<task>.<class>`."""

    @property
    def kind(self) -> Literal["double", "string"]:
        """The type of its values."""


class Predictor(Protocol):
    """A loaded model. `mtl.serving.bundle.Bundle` is the one that there is."""

    @property
    def columns(self) -> tuple[InputColumn, ...]:
        """The input, in order."""

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that a request may have besides: they say whose row it is."""

    @property
    def outputs(self) -> tuple[OutputColumn, ...]:
        """The columns of `predict`, in order."""

    @property
    def example(self) -> pd.DataFrame:
        """A few real input rows."""

    @property
    def digest(self) -> str:
        """The sha256 of the model's files, in hexadecimal."""

    def predict(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row of outputs per row of input."""
