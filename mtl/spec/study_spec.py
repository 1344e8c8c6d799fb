"""The spec of a study: its sections, and what follows from them together."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from mtl.run_names import HARD, NETWORK
from mtl.spec.baselines_section import BaselineEntry
from mtl.spec.bootstrap_section import EvaluationSpec
from mtl.spec.checks_section import ChecksSpec
from mtl.spec.column_uses import column_uses
from mtl.spec.consistency import inconsistencies
from mtl.spec.data_section import DataSpec
from mtl.spec.document import Document
from mtl.spec.features_section import FeaturesSpec
from mtl.spec.gate_section import GateSpec
from mtl.spec.incumbents_section import IncumbentSpec
from mtl.spec.mistakes import as_lines
from mtl.spec.model_section import ModelSpec
from mtl.spec.schemes_section import SchemeEntry
from mtl.spec.section import Name, Section, inconsistent
from mtl.spec.sharing_section import SharingEntry
from mtl.spec.split_section import AnySplit, GroupSplit, HashSplit, TimeSplit
from mtl.spec.tasks_section import TaskSpec
from mtl.spec.training_section import TrainingSpec
from mtl.spec.tuning_section import TuningSpec

VERSION = 1
"""Of the format of specs. A spec without `version` is of this one."""

PARTS_ALONE = "parts alone"
"""The context in which a spec is validated by who asks for all inconsistencies of its parts afterwards."""

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Spec(Section):
    """A study: data, features, tasks, models, schemes, budget and gate."""

    version: int = Field(VERSION, description="of the format of specs", json_schema_extra={"const": VERSION})
    name: Name = Field(description="also the name of the registered model")
    title: str = Field("", description="for people")
    data: DataSpec
    features: FeaturesSpec
    tasks: Mapping[Name, TaskSpec] = Field(
        min_length=1,
        max_length=1000,
        description="learning tasks by name",
        json_schema_extra={"additionalProperties": False},
    )
    split: AnySplit = Field(HashSplit(by="hash"), description="which rows train, which choose and which decide")
    model: ModelSpec = ModelSpec()
    training: TrainingSpec = TrainingSpec()
    schemes: tuple[SchemeEntry, ...] = Field(
        min_length=1, max_length=100, description="ways to weigh the tasks against each other"
    )
    sharing: tuple[SharingEntry, ...] = Field(
        (SharingEntry(name=HARD),),
        min_length=1,
        max_length=100,
        description="ways to share parameters; every scheme is trained with each",
    )
    baselines: tuple[BaselineEntry, ...] = Field(
        (BaselineEntry(name=NETWORK), BaselineEntry(name="boosted_trees"), BaselineEntry(name="linear")),
        min_length=1,
        max_length=100,
        description="what is trained for each task alone; a candidate must beat the best of them on validation",
    )
    incumbents: Mapping[str, IncumbentSpec] = Field(
        {}, description="the model in use of each task that has one; a candidate must beat it, too"
    )
    seeds: tuple[Seed, ...] = Field(
        (0, 1, 2), min_length=1, max_length=1000, description="every run that draws something is trained with each"
    )
    tuning: TuningSpec = TuningSpec()
    evaluation: EvaluationSpec = EvaluationSpec()
    gate: GateSpec = GateSpec()
    checks: ChecksSpec = ChecksSpec()

    _document: Document | None = PrivateAttr(default=None)

    @field_validator("version", mode="before")
    @classmethod
    def _known_version(cls, version: object) -> object:
        if type(version) is not int or version != VERSION:
            raise inconsistent(f"this program reads specs of version {VERSION}; got {version!r}: update the program")
        return version

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "Spec":
        if info.context != PARTS_ALONE:
            for found in inconsistencies(self):
                raise inconsistent(found.message, *found.key)
        return self

    @property
    def gated_tasks(self) -> tuple[str, ...]:
        """The tasks that the decision is about."""
        return tuple(name for name, task in self.tasks.items() if not task.auxiliary)

    @property
    def unit_column(self) -> str | None:
        """The column whose values are resampled; None when rows are. Of a time split's own column, the days are."""
        if self.evaluation.unit is not None:
            return self.evaluation.unit
        return self.split.column if isinstance(self.split, GroupSplit | TimeSplit) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the study reads, each once."""
        return tuple(dict.fromkeys(use.column for use in column_uses(self)))

    @property
    def digest(self) -> str:
        """The sha256 of everything the spec says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def label(self, task: str) -> str:
        """The column that holds the labels of `task`."""
        return self.tasks[task].label or task

    def depths(self) -> tuple[int, ...]:
        """Each task's depth in the tree that `composed_of` describes; a task that is no one's part has depth 0."""
        wholes = {part: name for name, task in self.tasks.items() for part in task.composed_of}

        def depth(task: str) -> int:
            levels = 0
            while task in wholes:
                task, levels = wholes[task], levels + 1
            return levels

        return tuple(depth(task) for task in self.tasks)

    def with_features(self, features: FeaturesSpec, written: Mapping[tuple[str, ...], tuple[str, ...]]) -> "Spec":
        """The same with other features; `written`: of each of their keys, the one of this spec that it stands for."""
        changed = self.model_copy(update={"features": features})
        changed._document = self._document and self._document.standing_for(written)
        return changed

    def change(self, *key: str, to: str) -> str:
        """In words, how a key is changed where it was written, or else added with the value `to`."""
        document = self._document or Document("the spec", None, {})
        written = document.written(key)
        if written == key:
            return f"change {'.'.join(key)} ({document.place(key)})"
        first, *inner = reversed(key[len(written) :])
        added = f"{_as_yaml(first)}: {to}"
        for part in inner:
            added = f"{_as_yaml(part)}: {{{added}}}"
        where = f"under {'.'.join(written)} ({document.place(written)})" if written else f"to {document.file}"
        return f"add `{added}` {where}"

    def mistakes(self, found: Mapping[tuple[str, ...], str]) -> list[str]:
        """Lines for mistakes by the keys that lead to them, in the order in which they were written."""
        return as_lines(found, self._document or Document("spec", None, {}))

    def place(self, *key: str) -> str:
        """`file:line` of a key of the spec, for messages; the nearest enclosing key that was written."""
        return self._document.place(key) if self._document else "spec"


def _as_yaml(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][\w-]*", key) else json.dumps(key, ensure_ascii=False)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a spec, for editors."""
    return Spec.model_json_schema()
