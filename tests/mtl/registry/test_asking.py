"""Models of other people's making are asked in a process of their own."""

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from mlflow.pyfunc.model import PythonModel
from sklearn.linear_model import LinearRegression, LogisticRegression
from xgboost import XGBRegressor

from mtl import registry
from mtl.errors import MtlError
from mtl.registry import Registry
from mtl.registry.asking import ask_model
from tests.mtl.registry.users_models import (
    Dies,
    Fails,
    Hangs,
    Short,
    log_lightgbm,
    log_python,
    log_sklearn,
    log_xgboost,
)

ROWS = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0] * 10, "size": [1, 2, 3, 4] * 10})
BOUGHT = np.array([0, 0, 1, 1] * 10)


def test_an_estimator_answers_as_it_does_at_its_users(store: Registry) -> None:
    model = LinearRegression().fit(ROWS, 2.0 * ROWS["age"] + ROWS["size"])
    version = registry.version_at(store, log_sklearn(store, "spend", model))
    answer = ask_model(store, version, ROWS)
    np.testing.assert_allclose(answer.table.iloc[:, 0], model.predict(ROWS))
    assert (version.name, version.version, version.uri) == ("spend", "1", "models:/spend/1")
    assert answer.bytes > 100
    assert answer.seconds >= 0


def test_probabilities_have_the_names_of_the_classes(store: Registry) -> None:
    model = LogisticRegression().fit(ROWS, np.where(BOUGHT, "yes", "no"))
    version = registry.version_at(store, log_sklearn(store, "bought", model, "predict_proba"))
    answer = ask_model(store, version, ROWS).table
    assert list(answer.columns) == ["no", "yes"]
    np.testing.assert_allclose(answer["yes"], np.asarray(model.predict_proba(ROWS))[:, 1])


def test_a_booster_of_lightgbm_answers(store: Registry) -> None:
    model = LGBMClassifier(n_estimators=5, min_child_samples=2, verbose=-1, n_jobs=1).fit(ROWS, BOUGHT)
    version = registry.version_at(store, log_lightgbm(store, "booster", model.booster_))
    answer = ask_model(store, version, ROWS).table
    np.testing.assert_allclose(answer.iloc[:, 0], np.asarray(model.predict_proba(ROWS))[:, 1])


def test_a_regressor_of_xgboost_answers(store: Registry) -> None:
    spent = 2.0 * ROWS["age"] + ROWS["size"]
    model = XGBRegressor(n_estimators=5, n_jobs=1).fit(ROWS, spent)
    version = registry.version_at(store, log_xgboost(store, "boosted", model))
    np.testing.assert_allclose(ask_model(store, version, ROWS).table.iloc[:, 0], model.predict(ROWS), rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "patience", "reason"),
    [
        (Hangs(), 5.0, "it gave no answer within 5 s"),
        (Dies(), 60.0, "its process ended with exit status 7 and without an answer"),
        (Fails(), 60.0, "it cannot be loaded or asked: RuntimeError: no such shop"),
        (Short(), 60.0, "it gave 39 answers for 40 rows"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(store: Registry, model: PythonModel, patience: float, reason: str) -> None:
    version = registry.version_at(store, log_python(store, "broken", model))
    with pytest.raises(MtlError) as refused:
        ask_model(store, version, ROWS, patience=patience)
    assert str(refused.value) == reason


def test_an_alias_means_the_version_that_it_points_to_now(store: Registry) -> None:
    from mlflow import MlflowClient

    for _ in range(2):
        log_sklearn(store, "spend", LinearRegression().fit(ROWS, ROWS["age"]))
    client = MlflowClient(store.tracking_uri)
    client.set_registered_model_alias("spend", "production", "1")
    assert registry.version_at(store, "models:/spend@production").uri == "models:/spend/1"
    client.set_registered_model_alias("spend", "production", "2")
    assert registry.version_at(store, "models:/spend@production").uri == "models:/spend/2"
    with pytest.raises(MtlError, match="refused to look up models:/spend@staging"):
        registry.version_at(store, "models:/spend@staging")
