"""Bundles that were downloaded before: where they lie on this machine, and whether they are what they were."""

from pathlib import Path
from urllib.parse import quote

from mtl.manifest import MANIFEST, changed_files, set_aside
from mtl.provenance import folder_digest
from mtl.registry.records import ModelVersion


def bundle_folder(cache: Path, model: ModelVersion, digest: str) -> Path:
    """Where the bundle of a version is kept below `cache`, whether it is there or not."""
    return cache / quote(model.name, safe="") / f"{model.version}-{digest[:16]}"


def is_kept(target: Path, digest: str) -> bool:
    """Whether a bundle is there with what its version was made from; the digest decides, the manifest names files.

    One that is there and was damaged is set aside, which is told.
    """
    if not target.is_dir():
        return False
    if folder_digest(target) == digest:
        return True
    # Bundles of before have no manifest.
    set_aside(target, changed_files(target) if (target / MANIFEST).exists() else None)
    return False
