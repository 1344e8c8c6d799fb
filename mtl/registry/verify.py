"""Does the registered artifact work? Loaded in a fresh process, compared with what was evaluated, asked over HTTP."""

import json
import os
import subprocess
import sys
from pathlib import Path

from mtl.errors import MtlError, RegistryUnreachableError
from mtl.promotion.evidence import ArtifactCheck
from mtl.registry.code_copy import ROOT
from mtl.registry.connection import Registry
from mtl.registry.download import download_bundle
from mtl.registry.records import ModelVersion

VERIFY_SECONDS = 120.0
"""Seconds; it takes four on an idle machine."""


def verify_artifact(registry: Registry, model: ModelVersion, cache: Path, rows: Path, expected: Path) -> ArtifactCheck:
    """Check that a version gives the evaluated predictions again and answers over HTTP.

    `rows`: a parquet file of raw input rows. `expected`: one of the predictions for them, in the bundle's output
    columns or some of them; numbers may differ by 1e-5, absolutely or relatively.
    The version is downloaded into `cache` whatever is there; the fresh process loads it with nothing but the code that
    serves it, and without MLflow, as `mtl serve` does.
    A version that holds another bundle than the one it was made from, or none, is a check that failed.
    Raises RegistryUnreachableError.
    """
    try:
        bundle = download_bundle(registry, model, cache, afresh=True)
    except RegistryUnreachableError:
        raise
    except MtlError as wrong:
        return ArtifactCheck(False, False, str(wrong))
    return check_in_fresh_process(bundle, rows, expected)


def check_in_fresh_process(bundle: Path, rows: Path, expected: Path, patience: float = VERIFY_SECONDS) -> ArtifactCheck:
    """As `verify_artifact`, of a bundle's folder. A process that dies or takes too long is a check that failed."""
    command = [sys.executable, "-m", "mtl.serving.bundle_check", str(bundle), str(rows), str(expected)]
    path = os.pathsep.join([str(ROOT.parent), *filter(None, sys.path)])
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=patience,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        return ArtifactCheck(False, False, f"the fresh process gave no answer within {patience:.0f} s")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return ArtifactCheck(False, False, f"the fresh process failed with exit status {done.returncode}: {last}")
    return ArtifactCheck(**json.loads(done.stdout.splitlines()[-1]))
