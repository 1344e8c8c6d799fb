"""Bundles out of the registry, into a folder on this machine."""

from pathlib import Path
from urllib.parse import quote

from mlflow.artifacts import download_artifacts
from mlflow.exceptions import MlflowException

from mtl.errors import MtlError
from mtl.provenance import folder_digest
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.kept_bundles import bundle_folder, is_kept
from mtl.registry.records import DIGEST_TAG, REPORT_FOLDER, ModelVersion
from mtl.registry.versions import BUNDLE, OPPONENTS, OPPONENTS_TAG
from mtl.storage import replaced_folder


def download_bundle(
    registry: Registry, model: ModelVersion, cache: Path, afresh: bool = False, digest: str | None = None
) -> Path:
    """The folder of a version's bundle below `cache`, as it was registered.

    It is downloaded unless a whole copy is there, and `afresh` whatever is there. `digest`: what it must be, by default
    what the version's tag says.

    The folder's name has the bundle's digest: another registry's version of the same number is another folder.
    Raises RegistryUnreachableError, and MtlError when the version holds no bundle, or not the one it was made from.
    """
    digest = model.tags.get(DIGEST_TAG, "") if digest is None else digest
    target = bundle_folder(cache, model, digest)
    if not afresh and is_kept(target, digest):
        return target
    _fetch(registry, model, f"artifacts/{BUNDLE}", digest, target)
    return target


def download_opponents(registry: Registry, model: ModelVersion, cache: Path) -> Path | None:
    """The folder of the models that a version replaced, below `cache`; None for a version without.

    Raises RegistryUnreachableError, and MtlError when it is not what was registered.
    """
    digest = model.tags.get(OPPONENTS_TAG)
    if digest is None:
        return None
    target = cache / quote(model.name, safe="") / f"{model.version}-{OPPONENTS}-{digest[:16]}"
    if not is_kept(target, digest):
        _fetch(registry, model, OPPONENTS, digest, target)
    return target


def _fetch(registry: Registry, model: ModelVersion, folder: str, digest: str, target: Path) -> None:
    """Download a folder of a version, all at once, if it is the one of that digest."""
    with reaching(registry, f"download {model}") as client, replaced_folder(target) as partial:
        stored = client.get_model_version_download_uri(model.name, model.version)
        got = Path(download_artifacts(f"{stored}/{folder}", dst_path=str(partial), tracking_uri=registry.tracking_uri))
        for file in got.iterdir():
            file.rename(partial / file.name)
        got.rmdir()
        if folder_digest(partial) != digest:
            raise MtlError(
                f"the {folder.rpartition('/')[2]} of {model} at {registry.shown} is not the one that was registered;"
                " register anew"
            )


def download_report(registry: Registry, run_id: str, folder: Path) -> Path:
    """The report of a study by its parent run, below `folder`.

    Raises MtlError when the run is unknown or has no report, and RegistryUnreachableError.
    """
    with reaching(registry, f"download the report of run {run_id}") as client:
        client.get_run(run_id)
        try:
            return Path(client.download_artifacts(run_id, REPORT_FOLDER, str(folder)))
        except (OSError, MlflowException) as failure:
            raise MtlError(
                f"run {run_id} at {registry.shown} has no report: {' '.join(str(failure).split())}"
            ) from failure
