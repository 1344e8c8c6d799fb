"""Asking a registered model of anyone's for predictions, in a process of its own that may hang or die."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from mtl.errors import MtlError
from mtl.registry.connection import Registry
from mtl.registry.records import ModelVersion

PROGRAM = Path(__file__).with_name("answer_code.py")
LONGEST = 300
"""Characters of a model's own words that a message repeats."""


@dataclass(frozen=True, eq=False)
class ModelAnswer:
    """What a model answered.

    Attributes:
        table: a row for each row that was asked; columns as the model names them, else by class or position.
        bytes: of its files.
        seconds: that its predictions took.
    """

    table: pd.DataFrame
    bytes: int
    seconds: float


def ask_model(
    registry: Registry, model: ModelVersion, rows: pd.DataFrame, env_manager: str = "local", patience: float = 300.0
) -> ModelAnswer:
    """Load a version as MLflow's pyfunc in a fresh process and have it predict `rows`.

    `env_manager`: as MLflow's; other than `local`, MLflow makes the environment that the version asks for.
    Raises MtlError when it cannot be loaded, fails, dies, or gives no answer to each row within `patience` s.
    """
    with TemporaryDirectory(prefix="mtl-asked-") as temporary:
        folder = Path(temporary)
        rows.reset_index(drop=True).to_parquet(folder / "rows.parquet")
        request = {"model": model.uri, "env_manager": env_manager}
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        _run(registry, folder, patience)
        table = pd.read_parquet(folder / "answer.parquet")
        told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    if len(table) != len(rows):
        raise MtlError(f"it gave {len(table)} answers for {len(rows)} rows")
    return ModelAnswer(table, told["bytes"], told["seconds"])


def _run(registry: Registry, folder: Path, patience: float) -> None:
    with _process(registry, folder) as process:
        try:
            status = process.wait(patience)
        except subprocess.TimeoutExpired:
            raise MtlError(f"it gave no answer within {patience:g} s") from None
    error = folder / "error.txt"
    if error.exists():
        raise MtlError(f"it cannot be loaded or asked: {error.read_text(encoding='utf-8')[:LONGEST]}")
    if status != 0 or not (folder / "told.json").exists():
        raise MtlError(f"its process ended with exit status {status} and without an answer")


@contextmanager
def _process(registry: Registry, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, which ends with the block, as does whatever it has started."""
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": registry.tracking_uri,
        "MLFLOW_REGISTRY_URI": registry.registry_uri or registry.tracking_uri,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", str(PROGRAM), str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
