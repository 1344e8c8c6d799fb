"""A registry that is copied and moved: everything that it holds is found where it is now."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.registry import Artifact, Registry
from mtl.registry.database_copy import ADDRESSES, copy_database, relocate


def moved(store: Registry, before: Path, after: Path) -> Registry:
    """The registry below another folder; of the first nothing is left."""
    after.mkdir()
    copy_database(before / "mlflow.db", after / "mlflow.db")
    shutil.move(before / "artifacts", after / "artifacts")
    (before / "mlflow.db").unlink()
    relocate(after / "mlflow.db", before, after)
    return Registry.in_folder(after)


def test_a_model_and_a_report_are_found_after_a_move(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    version = registry.register(store, "reviews", folders[0], study, {})
    (tmp_path / "report.md").write_text("# what was decided")
    registry.finish_study(store, study, artifacts=[Artifact(tmp_path / "report.md", "report")])
    there = moved(store, tmp_path, tmp_path.with_name(f"{tmp_path.name} 100% _moved"))
    found = registry.read_version(there, "reviews", version.version)
    bundle = registry.download_bundle(there, found, tmp_path / "downloads")
    assert {file.name for file in folders[0].iterdir()} == {file.name for file in bundle.iterdir()}
    assert (registry.download_report(there, study, tmp_path) / "report.md").read_text() == "# what was decided"
    new = registry.start_study(there, registry.StudyRecord("reviews", "second", registry.DataRecord("a", "b", "c", 1)))
    uri = MlflowClient(there.tracking_uri).get_run(new).info.artifact_uri
    assert "_moved/artifacts/reviews/" in uri


def test_no_address_of_the_old_place_is_left_in_any_table(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    registry.register(store, "reviews", folders[0], study, {})
    after = tmp_path.with_name(f"{tmp_path.name}-moved")
    moved(store, tmp_path, after)
    with closing(sqlite3.connect(after / "mlflow.db")) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            columns = [row[1] for row in database.execute(f"pragma table_info({table})")]
            for column in columns:
                query = f"select count(*) from {table} where instr({column}, ?)"
                assert database.execute(query, (f"{tmp_path}/",)).fetchone() == (0,), f"{table}.{column}"


def test_another_folder_whose_name_begins_alike_is_left_alone(store: Registry, study: str, tmp_path: Path) -> None:
    relocate(tmp_path / "mlflow.db", tmp_path.with_name(tmp_path.name[:-1]), Path("/elsewhere"))
    [(table, column), *_] = ADDRESSES
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        places = {place for (place,) in database.execute(f"select {column} from {table}")}
    assert f"{tmp_path.as_uri()}/artifacts/reviews" in places


def test_a_copy_is_of_one_moment_while_another_writes(store: Registry, study: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as other:
        other.execute("begin immediate")
        other.execute("update runs set name = 'half-done'")
        copy_database(tmp_path / "mlflow.db", tmp_path / "copy.db")
        other.rollback()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("select name from runs").fetchall() == [("first",)]


def test_what_is_no_registry_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        copy_database(tmp_path / "nosuch.db", tmp_path / "copy.db")
