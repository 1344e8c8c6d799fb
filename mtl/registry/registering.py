"""Registering: a bundle becomes a version that MLflow can serve by itself.

Each version carries a copy of the code that reads its bundle (`code_paths`). This package is on no index, so an
environment that MLflow builds for a version could not install it; and a version registered today must not change when
the package does. MLflow puts the copy first on `sys.path` and leaves alone what is already imported. Hence a process
of this program never loads a version through MLflow: it reads the bundle inside, and the two codes never mix.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import mlflow.pyfunc
from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelOutput
from mlflow.models import Model
from mlflow.utils.mlflow_tags import MLFLOW_MODEL_VERSIONS, MLFLOW_PARENT_RUN_ID

from mtl.provenance import folder_digest
from mtl.registry.client import reaching
from mtl.registry.code_copy import copy_code
from mtl.registry.connection import Registry
from mtl.registry.records import DIGEST_TAG, ModelVersion
from mtl.registry.signature import input_example, requirements, signature
from mtl.registry.versions import BUNDLE, OPPONENTS, OPPONENTS_TAG, ensure_model, plain_version
from mtl.serving.bundle import Bundle, load_bundle

MODEL_CODE = Path(__file__).with_name("model_code.py")
BUNDLE_CODE = "mtl.serving.bundle"
"""The module that model_code.py imports."""

# MLflow hands a model from the code file to its caller through a module's variable.
_SAVING = threading.Lock()


def register(
    registry: Registry,
    name: str,
    bundle_folder: Path,
    run_id: str,
    tags: Mapping[str, str],
    opponents: Path | None = None,
) -> ModelVersion:
    """Make a version of `name` from a bundle; a bundle that is a version already is that version, tags unchanged.

    `run_id`: the run that made the bundle. `tags`: scheme, seed, data digest, …; the bundle's digest is added.
    `opponents`: a folder that lies beside the bundle, with a digest of its own; no server reads it.
    Raises RegistryUnreachableError, and MtlError when the folder holds no bundle or MLflow refuses a value.
    """
    bundle = load_bundle(bundle_folder)
    with reaching(registry, f"register a version of {name}") as client:
        ensure_model(client, name)
        same = client.search_model_versions(f"name = '{name}' AND tags.`{DIGEST_TAG}` = '{bundle.digest}'")
        if same:
            return plain_version(min(same, key=lambda version: int(version.version)))
        logged = _log_model(client, name, bundle, (bundle_folder, opponents), run_id)
        # Given its location and not `models:/<id>`: MLflow looks that up in the global tracking store.
        made = client.create_model_version(
            name,
            logged.artifact_location,
            run_id,
            tags={**tags, DIGEST_TAG: bundle.digest, **_opponents_tag(opponents)},
            model_id=logged.model_id,
        )
        link = json.dumps([{"name": name, "version": made.version}])
        client.set_logged_model_tags(logged.model_id, {MLFLOW_MODEL_VERSIONS: link})
        return plain_version(made)


def _opponents_tag(opponents: Path | None) -> dict[str, str]:
    return {OPPONENTS_TAG: folder_digest(opponents)} if opponents else {}


def _log_model(
    client: MlflowClient, name: str, bundle: Bundle, folders: tuple[Path, Path | None], run_id: str
) -> LoggedModel:
    """As `mlflow.pyfunc.log_model` does, but by explicit ids: that function reads the global tracking URI."""
    run = client.get_run(run_id)
    logged = client.create_logged_model(run.info.experiment_id, name, run_id, tags={DIGEST_TAG: bundle.digest})
    model = Model(
        artifact_path=logged.artifact_location,
        run_id=run_id,
        model_uuid=logged.model_id,
        model_id=logged.model_id,
    )
    with tempfile.TemporaryDirectory(prefix="mtl-model-") as temporary, _SAVING:
        saved = Path(temporary, "model")
        mlflow.pyfunc.save_model(
            saved,
            mlflow_model=model,
            python_model=str(MODEL_CODE),
            artifacts={BUNDLE: shutil.copytree(folders[0], f"{temporary}/{BUNDLE}")},  # kept under its folder's name
            code_paths=[str(copy_code([BUNDLE_CODE, *bundle.modules], Path(temporary)))],
            signature=signature(bundle.columns, bundle.outputs),
            input_example=input_example(bundle.columns, bundle.example),
            pip_requirements=requirements(bundle.packages),
        )
        if folders[1] is not None:
            shutil.copytree(folders[1], saved / OPPONENTS)
        client.log_model_artifacts(logged.model_id, str(saved))
    study = run.data.tags.get(MLFLOW_PARENT_RUN_ID)
    for shown_on in filter(None, (run_id, study)):
        client.log_outputs(shown_on, [LoggedModelOutput(logged.model_id, step=0)])
    client.finalize_logged_model(logged.model_id, "READY")
    return logged
