"""The one YAML file that describes a study, parsed once into frozen, validated values."""

from mtl.spec.load import load_spec, parse_spec
from mtl.spec.model import (
    AnySplit,
    ChecksSpec,
    ColumnCheck,
    DataSpec,
    EvaluationSpec,
    FeaturesSpec,
    GateSpec,
    GroupSplit,
    HashSplit,
    ModelSpec,
    SchemeSpec,
    Spec,
    TaskSpec,
    TimeSplit,
    TrainingSpec,
    json_schema,
)

__all__ = [
    "AnySplit",
    "ChecksSpec",
    "ColumnCheck",
    "DataSpec",
    "EvaluationSpec",
    "FeaturesSpec",
    "GateSpec",
    "GroupSplit",
    "HashSplit",
    "ModelSpec",
    "SchemeSpec",
    "Spec",
    "TaskSpec",
    "TimeSplit",
    "TrainingSpec",
    "json_schema",
    "load_spec",
    "parse_spec",
]
