"""A bundle's columns in MLflow's words, and the packages that a stored version needs."""

from collections.abc import Sequence
from importlib.metadata import version

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from mtl.names import canonical_names, read_numbers
from mtl.serving.predictor import InputColumn, OutputColumn

PACKAGES = ("mlflow", "numpy", "pandas", "pyarrow", "pydantic", "pyyaml", "safetensors", "scikit-learn", "torch")


def signature(columns: Sequence[InputColumn], outputs: Sequence[OutputColumn]) -> ModelSignature:
    """Named columns, each required: MLflow lets any of their values be null even so.

    Declared optional, a misspelt column would be dropped without a word and the right one taken as absent.
    """
    inputs = [_column(column.name, column.cell.type == "number") for column in columns]
    results = [_column(output.name, output.kind == "double") for output in outputs]
    return ModelSignature(Schema(inputs), Schema(results))


def input_example(columns: Sequence[InputColumn], rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of raw data in the signature's types: a category that is a number in the data is sent by its name."""
    return pd.DataFrame(
        {
            column.name: pd.Series(read_numbers(rows[column.name]))
            if column.cell.type == "number"
            else pd.Series(canonical_names(rows[column.name]), dtype=object)
            for column in columns
        }
    )


def _column(name: str, number: bool) -> ColSpec | TensorSpec:
    return ColSpec(DataType.double if number else DataType.string, name)


def requirements(more: Sequence[str] = ()) -> list[str]:
    """The exact versions in use, without local parts: `torch==2.13.0`, as `2.13.0+cpu` is on no package index."""
    return [f"{package}=={version(package).partition('+')[0]}" for package in (*PACKAGES, *more)]
