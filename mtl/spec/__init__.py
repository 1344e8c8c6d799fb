"""The one YAML file that describes a study, parsed once into frozen, validated values."""

from mtl.spec.baselines_section import BaselineEntry
from mtl.spec.bootstrap_section import EvaluationSpec
from mtl.spec.checks_section import ChecksSpec, ColumnCheck, RuleCheck
from mtl.spec.column_uses import ColumnUse, column_uses
from mtl.spec.data_section import DataSpec
from mtl.spec.features_section import FeaturesSpec
from mtl.spec.gate_section import GateSpec
from mtl.spec.incumbents_section import IncumbentSpec
from mtl.spec.load import load_spec, parse_spec
from mtl.spec.model_section import ModelSpec
from mtl.spec.schemes_section import SchemeEntry
from mtl.spec.section import Section
from mtl.spec.sharing_section import SharingEntry
from mtl.spec.split_section import AnySplit, ColumnSplit, GroupSplit, HashSplit, TimeSplit
from mtl.spec.study_spec import Spec, json_schema
from mtl.spec.tasks_section import TaskSpec
from mtl.spec.training_section import TrainingSpec

__all__ = [
    "AnySplit",
    "BaselineEntry",
    "ChecksSpec",
    "ColumnCheck",
    "ColumnSplit",
    "ColumnUse",
    "DataSpec",
    "EvaluationSpec",
    "FeaturesSpec",
    "GateSpec",
    "GroupSplit",
    "HashSplit",
    "IncumbentSpec",
    "ModelSpec",
    "RuleCheck",
    "SchemeEntry",
    "Section",
    "SharingEntry",
    "Spec",
    "TaskSpec",
    "TimeSplit",
    "TrainingSpec",
    "column_uses",
    "json_schema",
    "load_spec",
    "parse_spec",
]
