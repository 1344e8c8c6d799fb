import json
import shutil
from pathlib import Path

import httpx
import pandas as pd
import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import MtlError
from mtl.promotion.evidence import ArtifactCheck
from mtl.registry import NoChampion, Registry, StudyRecord, TrainingRecord
from mtl.registry.code_copy import copy_code
from mtl.serving.bundle import load_bundle
from tests.mtl.registry.conftest import DATA
from tests.mtl.registry.processes import free_port, started
from tests.mtl.serving import bundles

pytestmark = pytest.mark.filterwarnings("ignore:Operation with range is deprecated:DeprecationWarning")

TAGS = {"scheme": "equal", "seed": "0", "data.digest": "ab" * 32, "decision": "promote"}


def test_a_bundle_becomes_a_version_and_the_same_bundle_the_same_one(
    store: Registry, study: str, folders: list[Path]
) -> None:
    first = registry.register(store, "reviews", folders[0], study, TAGS)
    second = registry.register(store, "reviews", folders[1], study, TAGS)
    again = registry.register(store, "reviews", folders[0], study, {"scheme": "other"})
    assert (first.version, second.version) == ("1", "2")
    assert again == first
    assert again.tags == {**TAGS, "bundle.digest": load_bundle(folders[0]).digest}
    assert registry.read_version(store, "reviews", "2") == second
    assert registry.read_champion(store, "reviews") == NoChampion("reviews")
    with pytest.raises(MtlError, match="no readable model bundle"):
        registry.register(store, "reviews", folders[0].parent, study, TAGS)


def test_a_version_is_shown_on_the_page_of_the_run_that_trained_it_and_on_that_of_its_study(
    store: Registry, study: str, folders: list[Path]
) -> None:
    run = registry.log_training_run(store, study, TrainingRecord("equal, seed 0", "equal", 0))
    made = registry.register(store, "reviews", folders[0], run, TAGS)
    client = MlflowClient(store.tracking_uri)
    [of_run], [of_study] = (client.get_run(each).to_dictionary()["outputs"]["model_outputs"] for each in (run, study))
    assert of_run["model_id"] == of_study["model_id"]
    tags = client.get_logged_model(of_study["model_id"]).tags
    assert json.loads(tags["mlflow.modelVersions"]) == [{"name": "reviews", "version": int(made.version)}]


def test_what_a_version_replaced_lies_beside_it_under_a_digest_of_its_own(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    (beside / "0").mkdir(parents=True)
    (beside / "promise.json").write_text("{}")
    (beside / "0" / "method.json").write_text('{"format": 1}')
    made = registry.register(store, "reviews", folders[0], study, TAGS, beside)
    bundle = registry.download_bundle(store, made, tmp_path / "cache")
    assert load_bundle(bundle).digest == load_bundle(folders[0]).digest
    assert not list((tmp_path / "cache").rglob("promise.json"))
    got = registry.download_opponents(store, made, tmp_path / "cache")
    assert got is not None
    assert {file.relative_to(got).as_posix() for file in got.rglob("*.json")} == {"promise.json", "0/method.json"}
    [stored] = (tmp_path / "artifacts").rglob("opponents/promise.json")
    stored.write_text('{"edited": 1}')
    assert registry.download_opponents(store, made, tmp_path / "cache") == got
    with pytest.raises(MtlError, match=r"the opponents of .* is not the one that was registered"):
        registry.download_opponents(store, made, tmp_path / "another")


def test_a_version_of_before_has_no_opponents(store: Registry, study: str, folders: list[Path], tmp_path: Path) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    assert "opponents.digest" not in made.tags
    assert registry.download_opponents(store, made, tmp_path / "cache") is None


def test_a_version_says_its_columns_its_packages_and_its_run(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    client = MlflowClient(store.tracking_uri)
    version = client.get_model_version("reviews", made.version)
    outputs = client.get_run(study).outputs
    assert outputs is not None
    assert (version.run_id, len(outputs.model_outputs)) == (study, 1)
    stored = Path(str(version.source).removeprefix("file://"))
    assert stored.is_relative_to(tmp_path / "artifacts" / "reviews")
    assert not list(stored.rglob("*.pkl"))
    packages = (stored / "requirements.txt").read_text()
    assert "torch==" in packages
    assert "+" not in packages
    example = json.loads((stored / "serving_input_example.json").read_text())
    assert example["dataframe_split"]["columns"] == ["age", "weight", "city", "note"]
    signature = (stored / "MLmodel").read_text()
    assert '"double", "name": "age"' in signature
    assert "stage.early" in signature


def test_a_bundle_is_downloaded_once_and_whole(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    got = registry.download_bundle(store, made, tmp_path / "cache")
    assert load_bundle(got).digest == load_bundle(folders[0]).digest
    shutil.rmtree(tmp_path / "artifacts")
    assert registry.download_bundle(store, made, tmp_path / "cache") == got
    assert list((tmp_path / "cache" / "reviews").iterdir()) == [got]
    source = registry.RegistryChampionSource(store, "reviews", tmp_path / "cache")
    with pytest.raises(MtlError, match="reviews has no champion yet"):
        source.current()
    registry.promote(store, made, NoChampion("reviews"), str)
    assert source.current() == ("1", got)


def test_a_copy_that_was_damaged_is_downloaded_anew_and_told(
    store: Registry, study: str, folders: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    got = registry.download_bundle(store, made, tmp_path / "cache")
    for damage in range(1, 3):
        (got / "weights.safetensors").write_bytes(b"")
        if damage == 2:
            (got / "SHA256SUMS").unlink()  # as bundles of before, which are known by their digest alone
        assert registry.download_bundle(store, made, tmp_path / "cache") == got
        assert load_bundle(got).digest == load_bundle(folders[0]).digest
        assert (got.with_name(f"{got.name}.damaged-{damage}") / "weights.safetensors").read_bytes() == b""
    told = [message.partition(" is not")[0] for message in caplog.messages if "set aside" in message]
    assert told == [str(got / "weights.safetensors"), str(got)]


def test_an_artifact_that_was_changed_since_is_not_used(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    [described] = (tmp_path / "artifacts").rglob("artifacts/bundle/bundle.json")
    described.write_text(described.read_text() + " ")
    with pytest.raises(MtlError, match=r"the bundle of version 1 of reviews .* is not the one that was registered"):
        registry.download_bundle(store, made, tmp_path / "cache")
    assert list((tmp_path / "cache" / "reviews").iterdir()) == []
    found = verified(store, made, tmp_path)
    assert (found.reproduces, found.answers) == (False, False)
    assert "is not the one that was registered" in found.detail


def test_the_registered_artifact_is_verified_in_a_fresh_process(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    rows = bundles.rows(20)
    rows.to_parquet(tmp_path / "rows.parquet")
    load_bundle(folders[1]).predict(rows).to_parquet(tmp_path / "expected.parquet")
    found = verified(store, made, tmp_path)
    assert (found.reproduces, found.answers) == (False, False)
    assert "'ill' differs in 20 of 20 rows" in found.detail


def test_the_code_copy_holds_what_a_bundle_imports(folders: list[Path], tmp_path: Path) -> None:
    package = copy_code(["mtl.serving.bundle", *load_bundle(folders[0]).modules], tmp_path)
    copied = {str(path.relative_to(package)) for path in package.rglob("*.py")}
    assert {"__init__.py", "serving/__init__.py", "serving/bundle.py", "models/network.py"} <= copied
    assert not [path for path in copied if path.startswith(("registry", "weighting", "examples", "training"))]
    kinds = {path.name for path in (package / "features" / "kinds").iterdir()}
    assert kinds == {"__init__.py", "numeric.py", "categorical.py", "text.py"}
    assert {path.name for path in (package / "features" / "text_encoders").iterdir()} == {"__init__.py", "mean.py"}


def verified(store: Registry, made: registry.ModelVersion, folder: Path) -> ArtifactCheck:
    files = (folder / "rows.parquet", folder / "expected.parquet")
    with registry.FreshProcess() as fresh:
        return registry.verify_artifact(store, made, folder / "downloads", files, fresh)


def ask(port: int, rows: pd.DataFrame) -> httpx.Response:
    table = json.loads(rows.to_json(orient="split"))
    with httpx.Client(trust_env=False, timeout=60) as client:
        return client.post(f"http://127.0.0.1:{port}/invocations", json={"dataframe_split": table})


def test_mlflow_serves_the_champion_by_itself_without_unpickling_or_this_package(
    store: Registry, study: str, folders: list[Path], tmp_path: Path
) -> None:
    made = registry.register(store, "reviews", folders[0], study, TAGS)
    registry.promote(store, made, NoChampion("reviews"), str)
    port = free_port()
    command = ["mlflow", "models", "serve", "-m", "models:/reviews@champion", "--env-manager", "local"]
    settings = {
        "MLFLOW_TRACKING_URI": store.tracking_uri,
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
        "MLFLOW_LOGGING_LEVEL": "INFO",
        "PYTHONPATH": "",
    }
    (tmp_path / "elsewhere").mkdir()
    with started([*command, "-p", str(port)], "Application startup complete", tmp_path / "elsewhere", settings):
        rows = bundles.rows()
        answer = ask(port, rows)
        lacking = ask(port, rows.drop(columns="age"))
    assert answer.status_code == 200, answer.text
    expected = load_bundle(folders[0]).predict(rows)
    pd.testing.assert_frame_equal(pd.DataFrame(answer.json()["predictions"]), expected, check_dtype=False)
    assert lacking.status_code == 400
    assert "missing inputs ['age']" in lacking.text


@pytest.mark.usefixtures("empty_store")
def test_a_tracking_server_keeps_runs_versions_and_the_champion(
    server: Registry, folders: list[Path], tmp_path: Path
) -> None:
    assert registry.read_champion(server, "reviews") == NoChampion("reviews")
    study = registry.start_study(server, StudyRecord("reviews", "first", DATA))
    run_id = registry.log_training_run(
        server,
        study,
        registry.TrainingRecord("equal", "equal", 0, history={"loss/a": [1.0, 0.5]}, artifacts=folders[2]),
    )
    made = registry.register(server, "reviews", folders[0], run_id, TAGS)
    assert registry.register(server, "reviews", folders[0], run_id, TAGS) == made
    registry.promote(server, made, NoChampion("reviews"), str)
    version, folder = registry.RegistryChampionSource(server, "reviews", tmp_path / "cache").current()
    assert (version, load_bundle(folder).digest) == ("1", load_bundle(folders[0]).digest)
    registry.finish_study(server, study)


def test_the_page_of_a_version_shows_its_model_card(store: Registry) -> None:
    client = MlflowClient(store.tracking_uri)
    client.create_registered_model("cards")
    client.create_model_version("cards", "somewhere")
    model = registry.read_version(store, "cards", "1")
    registry.describe_version(store, model, "# cards\n\nOne model.")
    assert client.get_model_version("cards", "1").description == "# cards\n\nOne model."
    registry.describe_version(store, model, "# cards\n\nAnother text.")
    assert client.get_model_version("cards", "1").description == "# cards\n\nAnother text."


def test_the_end_of_a_study_names_its_version_and_commit_where_there_are_any(store: Registry) -> None:
    version = registry.ModelVersion("cards", "3", "0" * 32)
    assert registry.StudyEnd("cards · promote 1/1 · 12:02", "**Promote**", "abc123", version).tags == {
        "mlflow.runName": "cards · promote 1/1 · 12:02",
        "mlflow.note.content": "**Promote**",
        "mlflow.source.git.commit": "abc123",
        "mlflow.source.name": "mtl",
        "mlflow.source.type": "LOCAL",
        "registered.version": "cards/3",
    }
    assert set(registry.StudyEnd("cards", "", "").tags) == {"mlflow.runName", "mlflow.note.content"}
