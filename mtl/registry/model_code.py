"""The model that MLflow runs: this file is stored with each version and executed to load it, nothing is unpickled.

MLflow puts the copy of `mtl` that is stored beside it first on the path, so that a version keeps the code that it
was registered with.
"""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext


class BundleModel(PythonModel):
    """A bundle behind MLflow's interface: a table in, a table of every task's prediction out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the bundle from the version's artifacts."""
        from mtl.serving.bundle import load_bundle  # noqa: PLC0415  # registering a version must not load the model

        self._bundle = load_bundle(Path(context.artifacts["bundle"]))

    def predict(self, context: PythonModelContext, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:  # noqa: ANN401
        """One row of predictions per row of input."""
        return self._bundle.predict(model_input)


mlflow.models.set_model(BundleModel())
