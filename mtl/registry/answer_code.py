"""The program that asks a registered model: this file is run by itself, and the model may do what it likes there.

    python -P answer_code.py FOLDER   reads FOLDER/request.json and rows.parquet, leaves answer.parquet and told.json

Nothing of this package is imported: a version may carry a copy of it, and the two must not mix.
"""

import json
import math
import sys
import time
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.models.model import Model
from mlflow.pyfunc import PyFuncModel
from mlflow.types import DataType

ERROR = "error.txt"


def answer(folder: Path) -> None:
    """Load the model and have it predict the rows."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    local = Path(mlflow.artifacts.download_artifacts(request["model"], dst_path=str(folder / "model")))
    rows = as_signed(pd.read_parquet(folder / "rows.parquet"), Model.load(str(local)))
    if request["env_manager"] == "local":
        table, seconds = _here(str(local), rows)
    else:
        table, seconds = _elsewhere(str(local), rows, request["env_manager"], folder / "answer.json")
    table.reset_index(drop=True).to_parquet(folder / "answer.parquet")
    size = sum(file.stat().st_size for file in local.rglob("*") if file.is_file())
    (folder / "told.json").write_text(json.dumps({"bytes": size, "seconds": seconds}), encoding="utf-8")


def _here(model: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    loaded = mlflow.pyfunc.load_model(model)
    started = time.monotonic()
    answered = loaded.predict(rows)
    return as_table(answered, _classes(loaded)), time.monotonic() - started


def _elsewhere(model: str, rows: pd.DataFrame, env_manager: str, output: Path) -> tuple[pd.DataFrame, float]:
    """By MLflow's own command, in an environment that it makes; what passes is JSON, and start-up counts as time."""
    started = time.monotonic()
    mlflow.models.predict(model, rows, output_path=str(output), env_manager=env_manager)
    answered = json.loads(output.read_text(encoding="utf-8"))["predictions"]
    records = bool(answered) and isinstance(answered[0], dict)
    return as_table(pd.DataFrame(answered) if records else np.array(answered), ()), time.monotonic() - started


def as_signed(rows: pd.DataFrame, model: Model) -> pd.DataFrame:
    """The rows with what MLflow would not convert: numbers where the signature says texts, truths where numbers."""
    inputs = model.signature.inputs if model.signature else None
    if inputs is None or not inputs.has_input_names():
        return rows
    asked = {column.name: column.type for column in inputs.inputs if column.name in rows.columns}
    signed = rows.copy()
    for name, kind in asked.items():
        column = rows[name]
        if kind == DataType.string and (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
            signed[name] = pd.Series([_named(value) for value in column], index=rows.index, dtype=object)
        elif kind == DataType.double and pd.api.types.is_bool_dtype(column):
            signed[name] = column.astype("float64")
    return signed


def as_table(answered: object, classes: tuple[str, ...]) -> pd.DataFrame:
    """An answer as columns: named as they are, by the classes where there is one for each, else by position."""
    if isinstance(answered, pd.DataFrame):
        return answered.rename(columns=str)
    values = np.asarray(answered)
    if values.ndim == 1:
        name = str(answered.name) if isinstance(answered, pd.Series) and answered.name is not None else "0"
        return pd.DataFrame({name: values})
    if values.ndim != 2:
        raise ValueError(f"the answer has the shape {values.shape}")
    named = classes if len(classes) == values.shape[1] else tuple(map(str, range(values.shape[1])))
    return pd.DataFrame(values, columns=list(named))


def _classes(loaded: PyFuncModel) -> tuple[str, ...]:
    """What a classifier of scikit-learn's interface calls its classes, in the order of its probabilities."""
    try:
        return tuple(str(_named(value)) for value in loaded.get_raw_model().classes_)
    except (NotImplementedError, AttributeError, TypeError):
        return ()


def _named(value: object) -> str | None:
    """As this program names a value: 7 and 7.0 have one name."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def main(folder: Path) -> None:
    """Answer, or say why not."""
    try:
        answer(folder)
    except BaseException as error:  # a model's code may raise anything, and leave by itself
        (folder / ERROR).write_text(" ".join(f"{type(error).__name__}: {error}".split()), encoding="utf-8")
        raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
