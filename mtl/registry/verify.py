"""Does the registered artifact work? Loaded in a fresh process, compared with what was evaluated, asked over HTTP."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from mtl.errors import MtlError, RegistryUnreachableError
from mtl.promotion.evidence import ArtifactCheck
from mtl.registry.code_copy import ROOT
from mtl.registry.connection import Registry
from mtl.registry.download import download_bundle
from mtl.registry.records import ModelVersion

VERIFY_SECONDS = 120.0
"""Seconds; it takes four on an idle machine."""


class FreshProcess:
    """A process that will check one bundle; it starts at once, and imports what it needs while the caller goes on."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT.parent), *filter(None, sys.path)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mtl.serving.bundle_check"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def __enter__(self) -> Self:
        """The process itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whether it was asked or not."""
        self._process.kill()
        self._process.communicate()

    def check(self, bundle: Path, rows: Path, expected: Path, patience: float = VERIFY_SECONDS) -> ArtifactCheck:
        """Whether a bundle's folder gives the `expected` answers to `rows` (parquet files) and answers over HTTP.

        A process that dies or takes longer than `patience` seconds is a check that failed.
        """
        try:
            answer, told = self._process.communicate(json.dumps([str(bundle), str(rows), str(expected)]), patience)
        except subprocess.TimeoutExpired:
            return ArtifactCheck(False, False, f"the fresh process gave no answer within {patience:.0f} s")
        if self._process.returncode != 0:
            last = (told.strip().splitlines() or ["no message"])[-1]
            status = self._process.returncode
            return ArtifactCheck(False, False, f"the fresh process failed with exit status {status}: {last}")
        return ArtifactCheck(**json.loads(answer.splitlines()[-1]))


def verify_artifact(
    registry: Registry, model: ModelVersion, cache: Path, files: tuple[Path, Path], fresh: FreshProcess
) -> ArtifactCheck:
    """Check that a version gives the evaluated predictions again and answers over HTTP.

    `files`: parquet files of raw input rows, and of the predictions for them, in the bundle's output columns or some
    of them; numbers may differ by 1e-5, absolutely or relatively.
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
    return fresh.check(bundle, *files)
