"""The champion for a server, whose process MLflow's client stays out of."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.provenance import folder_digest
from mtl.registry import NoChampion, Registry
from mtl.registry.fetching_apart import fetch_apart
from tests.mtl.registry.processes import ROOT, free_port

pytestmark = pytest.mark.filterwarnings("ignore:Operation with range is deprecated:DeprecationWarning")

PROGRAM = """
import json, sys
from pathlib import Path
from mtl import registry

source = registry.RegistryChampionSource(registry.Registry(sys.argv[1]), "reviews", Path(sys.argv[2]))
found = [source.current() for _ in range(2)]
held = sorted({"mlflow", "sqlalchemy", "torch"} & set(sys.modules))
print(json.dumps([str(found[0][1]), found[0] == found[1], held]))
"""


@pytest.fixture
def promoted(store: Registry, study: str, folders: list[Path]) -> registry.ModelVersion:
    made = registry.register(store, "reviews", folders[0], study, {"decision": "promote"})
    registry.promote(store, made, NoChampion("reviews"), str)
    return made


@pytest.mark.slow
@pytest.mark.usefixtures("promoted")
def test_a_process_that_fetches_a_champion_does_not_hold_the_client(
    store: Registry, folders: list[Path], tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, store.tracking_uri, str(tmp_path / "cache")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    folder, same, held = json.loads(told.stdout)
    assert folder_digest(Path(folder)) == folder_digest(folders[0])
    assert (same, held) == (True, [])


@pytest.mark.slow
def test_what_goes_wrong_apart_is_told_as_it_would_be_here(
    store: Registry, promoted: registry.ModelVersion, tmp_path: Path
) -> None:
    digest = promoted.tags["bundle.digest"]
    with pytest.raises(MtlError, match=r"the bundle of version 1 of reviews .* is not the one that was registered"):
        fetch_apart(store, promoted, tmp_path / "cache", "f" * 64)
    with pytest.raises(RegistryUnreachableError, match=r"GET /health: .*start the MLflow server"):
        fetch_apart(Registry(f"http://127.0.0.1:{free_port()}"), promoted, tmp_path / "cache", digest)
    shutil.rmtree(tmp_path / "artifacts")
    with pytest.raises(MtlError, match="reviews"):
        fetch_apart(store, promoted, tmp_path / "cache", digest)


def test_a_process_that_dies_is_told(
    store: Registry, promoted: registry.ModelVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(MtlError, match="that downloads version 1 of reviews ended with exit status 1 and said nothing"):
        fetch_apart(store, promoted, tmp_path / "cache", "f" * 64)
