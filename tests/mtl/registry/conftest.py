"""An MLflow on SQLite of each test's own, copied from one whose schema was made once."""

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

# MLflow warns while it is imported (and hides that by other means than filters); warnings are errors here.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from mtl import registry

    import mlflow.pyfunc  # isort: skip  # after the settings of the line before
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401

from mtl.registry import DataRecord, Registry, StudyRecord
from tests.mtl.registry.processes import free_port, started
from tests.mtl.serving import bundles

DATA = DataRecord("reviews", "ab" * 32, "reviews.csv", 1000, ("text", "score"))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    registry.read_champion(Registry.in_folder(folder), "nobody")
    return folder / "mlflow.db"


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Registry:
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return Registry.in_folder(tmp_path)


@pytest.fixture
def study(store: Registry) -> str:
    return registry.start_study(store, StudyRecord("reviews", "first", DATA))


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Bundles that predict differently."""
    root = tmp_path_factory.mktemp("bundles")
    return [bundles.bundle(root / str(seed), seed) for seed in range(3)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Registry]:
    """MLflow's own server, of a test's own."""
    port = free_port()
    command = ["mlflow", "server", "--workers", "1", "--port", str(port)]
    stores = ["--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db", "--artifacts-destination", f"{tmp_path}/stored"]
    settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_LOGGING_LEVEL": "INFO"}
    with started([*command, *stores], "Application startup complete", tmp_path, settings):
        yield Registry(f"http://127.0.0.1:{port}")
