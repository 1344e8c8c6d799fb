"""The labels and predictions that a comparison was made from, in one file: it can be made again without any model."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.run_names import RunName

DESCRIBED = "described"


def write_evidence(file: Path, truths: Mapping[str, TaskTruth], predictions: Mapping[RunName, Predictions]) -> None:
    """Write the test labels, their units, and each run's predictions for them to an .npz file."""
    tasks, runs = list(truths.values()), list(predictions)
    arrays: dict[str, Any] = {f"labels {position}": truth.labels for position, truth in enumerate(tasks)}
    arrays |= {f"units {position}": truth.units for position, truth in enumerate(tasks)}
    for position, run in enumerate(runs):
        arrays |= {f"prediction {position} {task}": array for task, array in predictions[run].items()}
    described = {
        "tasks": [
            {"task": truth.task, "kind": truth.kind, "metric": truth.metric, "classes": truth.classes}
            for truth in tasks
        ],
        "runs": [asdict(run) for run in runs],
    }
    arrays[DESCRIBED] = np.array(json.dumps(described))
    np.savez_compressed(file, **arrays)


def read_evidence(file: Path) -> tuple[dict[str, TaskTruth], dict[RunName, Predictions]]:
    """What `write_evidence` wrote, as `mtl.evaluation.comparison.compare` takes it."""
    with np.load(file, allow_pickle=False) as archive:
        arrays = dict(archive)
    described = json.loads(str(arrays[DESCRIBED]))
    truths = {
        plain["task"]: TaskTruth(
            **{**plain, "classes": tuple(plain["classes"])},
            labels=arrays[f"labels {position}"],
            units=arrays[f"units {position}"],
        )
        for position, plain in enumerate(described["tasks"])
    }
    predictions: dict[RunName, Predictions] = {}
    for position, run in enumerate(described["runs"]):
        prefix = f"prediction {position} "
        predictions[TypeAdapter(RunName).validate_python(run)] = {
            name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)
        }
    return truths, predictions
