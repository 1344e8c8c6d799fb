"""A bundle is downloaded in a process of its own, so that what imports MLflow's client for it ends with it."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.registry.code_copy import ROOT
from mtl.registry.connection import Registry
from mtl.registry.records import ModelVersion


def fetch_apart(where: Registry, model: ModelVersion, cache: Path, digest: str) -> None:
    """As `download_bundle`, in a process of its own. Raises what that raises; MtlError where the process dies."""
    asked = {"registry": asdict(where), "model": asdict(model), "cache": str(cache), "digest": digest}
    path = os.pathsep.join([str(ROOT.parent), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-m", "mtl.registry.fetching_apart"],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    if done.returncode == 0:
        return
    if not done.stdout:
        raise MtlError(f"the process that downloads {model} ended with exit status {done.returncode} and said nothing")
    told = json.loads(done.stdout)
    raise (RegistryUnreachableError if told["unreachable"] else MtlError)(told["message"])


def main() -> int:
    """Download what the standard input asks for; what went wrong is said as JSON."""
    asked = json.loads(sys.stdin.read())
    try:
        model = ModelVersion(**asked["model"])
        registry.download_bundle(Registry(**asked["registry"]), model, Path(asked["cache"]), digest=asked["digest"])
    except (MtlError, OSError) as error:
        told = {"unreachable": isinstance(error, RegistryUnreachableError), "message": " ".join(str(error).split())}
        sys.stdout.write(json.dumps(told))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
