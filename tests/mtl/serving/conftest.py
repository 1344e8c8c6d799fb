"""A real bundle behind a real server on a loopback port."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mtl.models.sharing.hard import Hard
from mtl.serving.app import create_app
from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving import bundles
from tests.mtl.serving.trained import Trained, study_in, trained_on

MAX_BODY = 20_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("bundles") / "first", seed=1)


@pytest.fixture(scope="session")
def bundle(folder: Path) -> Bundle:
    return load_bundle(folder)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return trained_on(*study_in(tmp_path_factory.mktemp("study")), Hard())


@pytest.fixture(scope="session")
def trained_folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained.write(tmp_path_factory.mktemp("bundles") / "trained")


@pytest.fixture(scope="session")
def loaded(trained_folder: Path) -> Bundle:
    return load_bundle(trained_folder)


@pytest.fixture(scope="session")
def client(folder: Path) -> Iterator[httpx.Client]:
    app = create_app("demo", Follower(FixedSource("7", folder)), max_body=MAX_BODY)
    with running(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        yield client
