"""`mtl serve` as a program of its own, with a champion in a registry: what the checks of serving ask."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mtl import registry
from mtl.registry import DataRecord, ModelVersion, Registry, StudyRecord
from tests.flows.waiting import until
from tests.mtl.serving.bench_serving import answered, free_port

NAME = "checked"

SAMPLE = os.environ.get("SERVING_CHECKS") == "sample"
"""Whether a few of all requests are enough."""


def counted(whole: int, sample: int) -> int:
    """How many requests are sent."""
    return sample if SAMPLE else whole


def versions_in(store: Registry, bundles: Sequence[Path]) -> list[ModelVersion]:
    """A version for each bundle, in the order; the first one is champion."""
    data = DataRecord(NAME, "ab" * 32, "rows.csv", 500, ("x0",))
    study = registry.start_study(store, StudyRecord(NAME, "first", data))
    made = [registry.register(store, NAME, bundle, study, {"decision": "promote"}) for bundle in bundles]
    registry.promote(store, made[0], registry.read_champion(store, NAME), str)
    return made


@dataclass(frozen=True)
class ServedChampion:
    """The process, its port, and its error stream."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(store: Registry, folder: Path, row: dict[str, object], *options: str) -> Iterator[ServedChampion]:
    """`mtl serve`, once it has answered to a row; killed with the block, if it has not ended by then."""
    port, log = free_port(), folder / "serve.log"
    command = [sys.executable, "-m", "flows", "serve", NAME, "--port", str(port), *options]
    settings = {**os.environ, "MTL_HOME": str(folder / "home"), "MLFLOW_TRACKING_URI": store.tracking_uri}
    body = json.dumps({"dataframe_records": [row]}).encode()
    with log.open("wb") as errors, _process(command, settings, errors) as process:

        def ready() -> bool:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            return answered(port, body) is not None

        until(ready, "the first answer")
        yield ServedChampion(process, port, log)


@contextmanager
def _process(
    command: Sequence[str], settings: dict[str, str], errors: IO[bytes]
) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=errors) as process:
        try:
            yield process
        finally:
            process.kill()
