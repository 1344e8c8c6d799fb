"""Registered models that no run of this study made: the answers of an incumbent, or of a model that is judged."""

from dataclasses import dataclass
from time import monotonic

import pandas as pd

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import MtlError
from mtl.serving.bundle import load_bundle
from mtl.spec import Spec
from mtl.study.locked_test import rows_of
from mtl.study.store import Store

SIDES = ("validation", "test")
"""The sides that such a model is asked for."""


@dataclass(frozen=True)
class Asking:
    """How a model is asked.

    Attributes:
        env_manager: what makes its environment, in MLflow's words; `local`: this program's own.
        seconds: for which its answers are awaited.
    """

    version: registry.ModelVersion
    env_manager: str = "local"
    seconds: float = 300.0


def asked_rows(spec: Spec, prepared: Prepared, frame: Frame) -> pd.DataFrame:
    """The raw feature columns of the validation side, then of the test side: never a label."""
    sides = [rows_of(frame, prepared.side(side)) for side in SIDES]
    return pd.concat(sides, ignore_index=True)[list(spec.features.columns)]


def ask(where: registry.Registry, store: Store, asking: Asking, rows: pd.DataFrame) -> registry.ModelAnswer:
    """What a model answers to raw rows.

    A version of this program's own holds a bundle, which is data and no code: it is read here, as a champion is. Any
    other is loaded in a process of its own.

    Raises:
        MtlError: it cannot be loaded, or gives no answer to each row.
        RegistryUnreachableError: the registry cannot be reached.
    """
    if not registry.is_bundle(asking.version):
        return registry.ask_model(where, asking.version, rows, asking.env_manager, asking.seconds)
    folder = registry.download_bundle(where, asking.version, store.downloads(where.shown))
    bundle = load_bundle(folder)
    missing = [column.name for column in bundle.columns if column.name not in rows.columns]
    if missing:
        raise MtlError(f"it reads {', '.join(missing)}, which the data lacks")
    started = monotonic()
    try:
        table = bundle.predict(rows)
    except (ValueError, RuntimeError) as error:
        raise MtlError(f"it cannot score the rows: {error}") from error
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return registry.ModelAnswer(table, size, monotonic() - started)
