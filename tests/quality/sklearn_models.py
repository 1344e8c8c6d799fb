"""Boosted trees and linear models of one task, as whoever knows scikit-learn fits them without a second thought."""

from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, Side
from mtl.evaluation.metric import metric_named
from mtl.spec import Spec
from mtl.tasks.task import Task

PENALTIES = np.logspace(-2, 4, 13)
STRENGTHS = np.logspace(-4, 1, 6)
"""Of a logistic regression: C."""


_Model: TypeAlias = HistGradientBoostingRegressor | HistGradientBoostingClassifier | RidgeCV | LogisticRegression


def fit_predict(method: str, spec: Spec, frame: Frame, prepared: Prepared, task: str) -> NDArray[np.float64]:
    """What `trees` or `linear` predict for the rows that are held out.

    It is fitted on the labelled rows of the training side; where something is chosen, on those of the validation side.
    """
    (position,) = (k for k, each in enumerate(prepared.tasks) if each.name == task)
    described = prepared.tasks[position]
    design = _design(method, spec)
    train, validation = (_labelled(frame, prepared.side(side), position) for side in ("train", "validation"))
    features = design.fit_transform(train[0])
    answers = [partial(_answer, model.fit(features, train[1]), described) for model in _models(method, described.kind)]
    metric, chosen_by = metric_named(described.metric), design.transform(validation[0])
    scores = [metric.direction * metric.score(validation[1], answer(chosen_by)) for answer in answers]
    best = answers[int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))]
    return best(design.transform(frame.table.iloc[prepared.side("test").rows]))


def _labelled(frame: Frame, side: Side, position: int) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """The raw rows of a side that have a label of a task, and the labels."""
    labels = side.labels[:, position]
    return frame.table.iloc[side.rows[~np.isnan(labels)]], labels[~np.isnan(labels)]


def _models(method: str, kind: str) -> list[_Model]:
    """Among which validation chooses."""
    match method, kind:
        case "trees", "regression":
            return [HistGradientBoostingRegressor(random_state=0)]
        case "trees", _:
            return [HistGradientBoostingClassifier(random_state=0)]
        case _, "regression":
            return [RidgeCV(PENALTIES)]
        case _:
            return [LogisticRegression(C=strength, max_iter=1000) for strength in STRENGTHS]


def _answer(model: _Model, task: Task, rows: object) -> NDArray[np.float64]:
    if task.kind == "regression":
        return np.asarray(model.predict(rows), dtype=np.float64)
    chances = model.predict_proba(rows)
    out = np.zeros((chances.shape[0], max(len(task.classes), 2)))
    out[:, model.classes_.astype(int)] = chances
    return out[:, 1] if task.kind == "binary" else out


def _design(method: str, spec: Spec) -> ColumnTransformer:
    """From the spec's columns to numbers: trees see numbers as they are, linear models scaled."""
    linear = method == "linear"
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    categories = make_pipeline(
        FunctionTransformer(_as_text), OneHotEncoder(handle_unknown="ignore", min_frequency=5, sparse_output=linear)
    )
    words = [TfidfVectorizer(min_df=2, ngram_range=(1, 2), sublinear_tf=True)]
    texts = make_pipeline(*words, *([] if linear else [TruncatedSVD(64, random_state=0)]))
    parts: list[tuple[str, Any, Any]] = []
    for kind, columns in spec.features.by_kind.items():
        if kind == "text":
            parts += [(name, texts, name) for name in columns]
        else:
            numbers = scaled if linear else "passthrough"
            parts.append((kind, categories if kind == "categorical" else numbers, list(columns)))
    return ColumnTransformer(parts, sparse_threshold=1.0 if linear else 0.0)


def _as_text(columns: pd.DataFrame) -> pd.DataFrame:
    return columns.astype(object).where(columns.notna(), "missing").astype(str)
