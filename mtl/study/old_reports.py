"""Reports of format 1, which kept the evidence in several files: a decision of then can still be made again.

Not kept then were the champion's predictions, so the differences to it are taken as they were found, and the check of
the artifact, of which only the objections are known.
"""

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from mtl.evaluation.comparison import ChampionAnswer
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.truth import TaskTruth
from mtl.promotion.evidence import ArtifactCheck
from mtl.run_names import ApproachName, RunName
from mtl.spec import GateSpec
from mtl.storage import read_json
from mtl.study.decision_basis import DecisionBasis
from mtl.study.measured import Measured

FILE = "test_predictions.npz"
RULES = 1


def read_old_report(folder: Path) -> DecisionBasis:
    """The basis of the decision that a report of format 1 is about.

    Raises:
        OSError, KeyError, ValueError: a file is missing, or is no such report.
    """
    spec, decision = read_json(folder / "spec.json"), read_json(folder / "decision.json")
    compared = (folder / "comparison.json").exists()
    return DecisionBasis(
        tuple(each["task"] for each in decision["verdicts"]),
        bool(read_json(folder / "data_checks.json")["passed"]),
        _measured(folder) if compared else None,
        _artifact(decision["reasons"]),
        Bootstrap(spec["evaluation"]["resamples"], spec["gate"]["confidence"], seed=0),
        GateSpec.model_validate(spec["gate"]),
        RULES,
    )


def _measured(folder: Path) -> Measured:
    comparison = read_json(folder / "comparison.json")
    with np.load(io.BytesIO((folder / FILE).read_bytes()), allow_pickle=False) as archive:
        arrays = dict(archive)
    described = json.loads(str(arrays["described"]))
    truths = {
        plain["task"]: TaskTruth(**plain, labels=arrays[f"labels {position}"], units=arrays[f"units {position}"])
        for position, plain in enumerate(described["tasks"])
    }
    predictions = {
        _run_name(plain): {
            name.removeprefix(f"prediction {position} "): array
            for name, array in arrays.items()
            if name.startswith(f"prediction {position} ")
        }
        for position, plain in enumerate(described["runs"])
    }
    baselines = {task: _run_name(plain) for task, plain in comparison["baselines"].items()}
    champion: ChampionAnswer = TypeAdapter(ChampionAnswer).validate_python(comparison["champion"])
    return Measured(truths, predictions, _run_name(comparison["candidate"]), baselines, champion)


def _run_name(plain: Mapping[str, Any]) -> RunName:
    """A scheme and a way of sharing were one text: `equal with mmoe(experts=8)`."""
    if plain["scheme"] is None:
        return RunName.single(plain["task"], plain["seed"], plain["pretrained_on"])
    scheme, _, sharing = plain["scheme"].partition(" with ")
    return RunName(ApproachName(scheme, sharing or "hard"), None, plain["seed"])


def _artifact(objections: Iterable[str]) -> ArtifactCheck | None:
    about = [objection for objection in objections if objection.startswith("the registered artifact")]
    if any("was not checked" in objection for objection in about):
        return None
    silent = any("does not answer" in objection for objection in about)
    differs = any("does not reproduce" in objection for objection in about)
    return ArtifactCheck(not differs, not silent, about[0].partition(": ")[2] if about else "")
