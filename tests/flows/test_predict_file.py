"""`mtl predict`: which version, which files, and what is said of it."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from mtl import registry
from mtl.registry import Registry
from mtl.serving.bundle import load_bundle
from mtl.serving.compared import difference
from tests.mtl.serving import wide
from tests.mtl.serving.bench_serving import NAME, registered


def asked(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["predict", *map(str, arguments)])


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A champion, and a version that is none."""
    folder = tmp_path_factory.mktemp("home")
    store = registered(folder)
    study = registry.read_version(store, NAME, "1").run_id
    registry.register(store, NAME, wide.bundle(folder / "other", seed=9), study, {"decision": "reject"})
    return folder


@pytest.mark.slow
def test_the_champion_predicts_unless_a_version_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTL_HOME", str(home))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", Registry.in_folder(home).tracking_uri)
    for number in range(2):
        wide.rows(30, seed=number).to_parquet(tmp_path / f"rows-{number}.parquet")
    rows = pd.concat([wide.rows(30, seed=0), wide.rows(30, seed=1)], ignore_index=True)
    for version, folder in (("1", "bundle"), ("2", "other")):
        out = tmp_path / f"out-{version}.parquet"
        done = asked(NAME, tmp_path / "rows-*.parquet", out, *(["--version", "2"] if version == "2" else []))
        assert done.exit_code == 0, done.output
        assert f"60 rows predicted by version {version} of {NAME}: {out}" in done.stdout.replace("\n", "")
        assert f"Predicting with version {version} of {NAME}" in done.stderr
        assert difference(pd.read_parquet(out), load_bundle(home / folder).predict(rows), 1e-6) is None
        told = pq.read_schema(out).metadata
        assert (told[b"mtl.model"], told[b"mtl.version"]) == (NAME.encode(), version.encode())
    missing = asked(NAME, tmp_path / "rows-0.parquet", tmp_path / "out.parquet", "--version", "77")
    assert (missing.exit_code, "Traceback" in missing.output) == (1, False)
    assert "version 77 of bench" in missing.output


def test_mistakes_are_told_in_a_line_before_the_registry_is_asked(tmp_path: Path) -> None:
    rows, out = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    wide.rows(3).to_parquet(rows)
    (tmp_path / "folder.parquet").mkdir()
    for arguments, said in [
        (("demo", tmp_path / "none.csv", out), "IN: expected a file of a table, or a pattern of several; there is no"),
        (("demo", rows, tmp_path / "out.csv"), "OUT: expected the name of a .parquet file; got"),
        (("demo", rows, rows), "OUT: expected a file that is neither a folder nor one of IN; got"),
        (("demo", rows, tmp_path / "folder.parquet"), "OUT: expected a file that is neither a folder nor"),
        (("demo", rows, rows / "out.parquet"), "OUT: expected a place to write in"),
        (("7", rows, out), "NAME: expected a study's name"),
        (("demo", rows, out, "--version", "latest"), "version: expected the number of a registered version"),
    ]:
        done = asked(*arguments)
        assert done.exit_code == 2
        assert said in " ".join(done.output.split())
        assert not out.exists()
