"""Models that a user may have in MLflow, registered as a user does: by MLflow's own functions."""

import os
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import cloudpickle
import mlflow
import numpy as np
import pandas as pd
from lightgbm import Booster
from mlflow.pyfunc.model import PythonModel
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from xgboost import XGBModel

from mtl.registry import Registry

# As of a notebook, whose code travels inside the model: nowhere else can this module be imported.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@contextmanager
def logging_to(registry: Registry) -> Iterator[None]:
    """A user's session: MLflow's global addresses, an open run; what MLflow warns of is not this program's."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(registry.tracking_uri)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = mlflow.get_experiment_by_name("users")
            location = registry.artifact_location("users")
            experiment = found.experiment_id if found else mlflow.create_experiment("users", location)
            with mlflow.start_run(experiment_id=experiment):
                yield
    finally:
        mlflow.set_tracking_uri(before)


def log_sklearn(registry: Registry, name: str, model: BaseEstimator, predict: str = "predict") -> str:
    """Register a model of scikit-learn's interface; its address."""
    with logging_to(registry):
        logged = mlflow.sklearn.log_model(
            model,
            name=name,
            registered_model_name=name,
            pyfunc_predict_fn=predict,
            pip_requirements=[],
            serialization_format="cloudpickle",
        )
    return f"models:/{name}/{logged.registered_model_version}"


def log_xgboost(registry: Registry, name: str, model: XGBModel) -> str:
    """Register a model of XGBoost; its address."""
    with logging_to(registry):
        logged = mlflow.xgboost.log_model(model, name=name, registered_model_name=name, pip_requirements=[])
    return f"models:/{name}/{logged.registered_model_version}"


def log_lightgbm(registry: Registry, name: str, model: Booster) -> str:
    """Register a booster of LightGBM, whose predict gives probabilities; its address."""
    with logging_to(registry):
        logged = mlflow.lightgbm.log_model(model, name=name, registered_model_name=name, pip_requirements=[])
    return f"models:/{name}/{logged.registered_model_version}"


def log_python(registry: Registry, name: str, model: PythonModel) -> str:
    """Register a model of a user's own code; its address."""
    with logging_to(registry):
        logged = mlflow.pyfunc.log_model(name=name, python_model=model, registered_model_name=name, pip_requirements=[])
    return f"models:/{name}/{logged.registered_model_version}"


def reading(columns: list[str], model: BaseEstimator) -> Pipeline:
    """A pipeline that reads some raw columns, missing values as 0."""
    return make_pipeline(FunctionTransformer(_numbers, kw_args={"columns": columns}), model)


def _numbers(table: pd.DataFrame, columns: list[str]) -> np.typing.NDArray[np.float64]:
    values: np.typing.NDArray[np.float64] = np.nan_to_num(table[columns].to_numpy(dtype=np.float64))
    return values


class Hangs(PythonModel):
    """A model that never answers."""

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        time.sleep(600)
        return None


class Dies(PythonModel):
    """A model whose process ends."""

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        os._exit(7)


class Fails(PythonModel):
    """A model that raises."""

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        raise RuntimeError("no such shop")


class Short(PythonModel):
    """A model that leaves rows out."""

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        return np.zeros(len(model_input) - 1)


class Both(PythonModel):
    """A model of several tasks, whose columns are named as they are."""

    def __init__(self, models: Mapping[str, Pipeline]) -> None:
        self.models = models

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        return pd.DataFrame({task: model.predict(model_input) for task, model in self.models.items()})
