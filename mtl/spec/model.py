"""The values of a spec. Every field has a meaning, a unit where it has one, and a default where one is sensible."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from mtl.spec.consistency import inconsistencies
from mtl.spec.document import Document
from mtl.spec.part import Part
from mtl.spec.sharing import HardSharing, SharingEntry

TaskKind = Literal["binary", "multiclass", "regression"]
TextEncoder = Literal["mean", "lstm"]
GradientSpace = Literal["representation", "last_layer", "parameters"]
Device = Literal["auto", "cpu", "cuda"]
Severity = Literal["critical", "warning"]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Days = Annotated[int, Field(ge=1, le=36500)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Seed = Annotated[int, Field(ge=0, lt=2**32)]

METRICS: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("roc_auc", "average_precision", "log_loss", "brier", "accuracy", "f1"),
    "multiclass": ("accuracy", "balanced_accuracy", "macro_f1", "log_loss"),
    "regression": ("r2", "rmse", "mae"),
}
"""The metrics of each kind of task; the first is the headline metric unless the spec names another."""

LOSSES: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("bce",),
    "multiclass": ("cross_entropy",),
    "regression": ("mse", "huber"),
}


class DataSpec(Part):
    """Where the rows come from: exactly one of `example` and `path`."""

    example: Literal["reviews", "flights", "health"] | None = Field(None, description="the reader of a shipped example")
    path: Path | None = Field(None, description=".csv, .tsv or .parquet; relative to the spec's folder")
    key: tuple[str, ...] = Field(min_length=1, description="columns that together name a row; unique")

    @model_validator(mode="after")
    def _one_source(self) -> "DataSpec":
        if (self.example is None) == (self.path is None):
            raise _error("give exactly one of 'example' and 'path'")
        return self


class FeaturesSpec(Part):
    """The columns that every task's prediction is made from."""

    numeric: tuple[str, ...] = Field((), description="numbers; a missing one becomes the training side's median")
    categorical: tuple[str, ...] = Field((), description="values that are equal or not: texts, numbers or booleans")
    text: str | None = Field(None, description="one column of texts")

    @property
    def columns(self) -> tuple[str, ...]:
        """All feature columns, numeric first, then categorical, then text."""
        return self.numeric + self.categorical + ((self.text,) if self.text else ())

    @model_validator(mode="after")
    def _some_and_distinct(self) -> "FeaturesSpec":
        if not self.columns:
            raise _error("name at least one column under numeric, categorical or text")
        repeated = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if repeated:
            raise _error(f"each column once; repeated: {', '.join(repeated)}")
        return self


class TaskSpec(Part):
    """A learning task: a target column with a kind, a loss, and a headline metric with a direction."""

    kind: TaskKind = Field(description="binary labels are 0 and 1, or false and true; multiclass ones are any names")
    label: str | None = Field(None, description="target column; the task's own name when absent")
    metric: str | None = Field(None, description="headline metric, which the gate compares")
    loss: str | None = Field(None, description="what training minimises: mse or huber for regression")
    auxiliary: bool = Field(False, description="trained for the sake of the others; never gated or served")
    composed_of: tuple[str, ...] = Field((), description="tasks that this higher-level task is composed of")
    pretrained_on: tuple[str, ...] = Field(
        (), description="tasks that further baselines are pretrained on, one each, and then fine-tuned"
    )

    @model_validator(mode="after")
    def _known_metric_and_loss(self) -> "TaskSpec":
        for field, allowed in (("metric", METRICS[self.kind]), ("loss", LOSSES[self.kind])):
            value = getattr(self, field)
            if value is not None and value not in allowed:
                raise _error(f"'{value}' is not one of a {self.kind} task's: {', '.join(allowed)}", field)
        return self

    @property
    def headline(self) -> str:
        """The metric that the gate compares."""
        return self.metric or METRICS[self.kind][0]

    @property
    def loss_name(self) -> str:
        """The loss that training minimises."""
        return self.loss or LOSSES[self.kind][0]


class HashSplit(Part):
    """A row's side follows from a hash of its key: stable across retrains."""

    by: Literal["hash"] = Field(description="how rows are assigned to sides")
    validation: Share = Field(0.15, description="share of the rows, or of the groups, that choose among runs")
    test: Share = Field(0.25, description="share of the rows, or of the groups, that are kept for the decision")
    salt: str = Field("mtl", description="another salt is another assignment of rows to sides")

    @model_validator(mode="after")
    def _room_for_training(self) -> "HashSplit":
        if self.validation + self.test >= 1:
            raise _error("validation + test must be below 1; the rest is for training")
        return self


class GroupSplit(HashSplit):
    """As a hash split, of the group: rows of one group never straddle sides."""

    by: Literal["group"] = Field(description="how rows are assigned to sides")  # type: ignore[assignment]
    column: str = Field(description="column that names a row's group")


class TimeSplit(Part):
    """Sides are consecutive windows of days: training, then validation, then test from `as_of` on.

    Days are UTC where the times carry a zone.
    """

    by: Literal["time"] = Field(description="how rows are assigned to sides")
    column: str = Field(description="column of ISO 8601 dates or times")
    as_of: date | None = Field(None, description="first day of the test window; absent: the last whole window")
    test_days: Days = Field(30, description="length of the test window")
    validation_days: Days = Field(7, description="length of the window before it, which chooses among runs")
    train_days: Days | None = Field(None, description="absent: everything before validation")


AnySplit = Annotated[HashSplit | GroupSplit | TimeSplit, Field(discriminator="by")]


class ModelSpec(Part):
    """Encoder, trunk and heads; a single-task baseline has the same trunk as one task of a multi-task model."""

    trunk: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (128,), min_length=1, description="widths of the hidden layers"
    )
    dropout: float = Field(0.0, ge=0.0, lt=1.0, description="share of each hidden layer's outputs set to 0 in training")
    category_width: int = Field(8, ge=1, description="embedding width of each categorical column")
    text_encoder: TextEncoder = Field(
        "mean", description="mean: of the token embeddings; lstm: an LSTM's state at the last token"
    )
    text_width: int = Field(64, ge=1, description="embedding width of a token, and of the encoded text")
    max_tokens: int = Field(64, ge=1, description="tokens read from the start of a text")
    min_document_frequency: int = Field(2, ge=1, description="training texts that a token must occur in")


class TrainingSpec(Part):
    """The budget and the optimiser (AdamW), the same for every run of a study."""

    learning_rate: float = Field(2e-3, gt=0, description="AdamW's step size")
    batch_size: int = Field(64, ge=1, description="rows per step")
    epochs: int = Field(60, ge=1, description="at most so many passes over the training side")
    patience: int = Field(6, ge=1, description="epochs without a better validation loss before a run stops")
    l2: float = Field(1e-2, ge=0, description="decoupled weight decay")
    l1: float = Field(0.0, ge=0, description="weight of the sum of absolute weights, added to the loss")
    gradients: GradientSpace = Field(
        "last_layer", description="what the task gradients, which schemes compare, are taken with respect to"
    )
    device: Device = Field(
        "auto", description="auto: the GPU where there is one, with bfloat16 forward passes where it has them"
    )


class SchemeSpec(Part):
    """A weighting scheme by its catalog name, with its options."""

    name: str = Field(description="the scheme's name in the catalog")
    options: Mapping[str, Any] = Field({}, description="its hyperparameters")

    @property
    def label(self) -> str:
        """The name, and the options where there are any: `cagrad(c=0.4)`."""
        options = ", ".join(f"{name}={value}" for name, value in sorted(self.options.items()))
        return f"{self.name}({options})" if options else self.name


def _scheme_entry(entry: Any) -> Any:  # noqa: ANN401  # plain values
    """`- equal` for `- {name: equal}`, and options beside the name."""
    if isinstance(entry, str):
        return {"name": entry}
    if isinstance(entry, Mapping) and "name" in entry and "options" not in entry:
        return {"name": entry["name"], "options": {key: value for key, value in entry.items() if key != "name"}}
    return entry


SchemeEntry = Annotated[
    SchemeSpec,
    BeforeValidator(_scheme_entry),
    WithJsonSchema(
        {
            "title": "SchemeSpec",
            "description": "A weighting scheme: its catalog name, or a mapping of its name and its options.",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            ],
        }
    ),
]


class EvaluationSpec(Part):
    """How differences are judged."""

    unit: str | None = Field(
        None,
        description="column whose values are independent (group, day); absent: the split's group, or rows",
    )
    resamples: int = Field(2000, ge=100, description="bootstrap resamples behind each interval")


class GateSpec(Part):
    """What a candidate must show, on every task that is not auxiliary."""

    confidence: float = Field(0.95, ge=0.5, lt=1.0, description="one-sided; 0.5 is the point-estimate rule")
    margin: float = Field(0.0, ge=0.0, description="in units of the task's headline metric")
    min_labels: int = Field(100, ge=2, description="test labels without which a task cannot be judged")


class ColumnCheck(Part):
    """What a column must hold."""

    min: float | None = Field(None, description="smallest number allowed")
    max: float | None = Field(None, description="largest number allowed")
    values: tuple[str | int | float | bool, ...] | None = Field(None, min_length=1, description="the values allowed")
    max_null_rate: Fraction | None = Field(None, description="share of the rows that may be empty")
    mostly: Fraction = Field(1.0, description="share of the rows that min, max and values must hold for")
    severity: Severity = Field("critical", description="critical stops the study, warning is reported")

    @model_validator(mode="after")
    def _some_number_is_allowed(self) -> "ColumnCheck":
        if self.min is not None and self.max is not None and self.min > self.max:
            raise _error(f"min {self.min:.12g} is above max {self.max:.12g}")
        return self


class ChecksSpec(Part):
    """What the data must hold before anything is trained, beside what the rest of the spec implies."""

    min_rows: int = Field(100, ge=1, description="fewest rows")
    max_rows: int | None = Field(None, description="most rows; absent: any number")
    min_label_rate: Fraction = Field(0.01, description="share of rows that carry a label, for each task")
    columns: Mapping[str, ColumnCheck] = Field({}, description="what single columns must hold")

    @model_validator(mode="after")
    def _some_number_of_rows_is_allowed(self) -> "ChecksSpec":
        if self.max_rows is not None and self.min_rows > self.max_rows:
            raise _error(f"min_rows {self.min_rows} is above max_rows {self.max_rows}")
        return self


class Spec(Part):
    """A study: data, features, tasks, models, schemes, budget and gate."""

    name: Name = Field(description="also the name of the registered model")
    title: str = Field("", description="for people")
    data: DataSpec
    features: FeaturesSpec
    tasks: Mapping[Name, TaskSpec] = Field(
        min_length=1, description="learning tasks by name", json_schema_extra={"additionalProperties": False}
    )
    split: AnySplit = Field(HashSplit(by="hash"), description="which rows train, which choose and which decide")
    model: ModelSpec = ModelSpec()
    training: TrainingSpec = TrainingSpec()
    schemes: tuple[SchemeEntry, ...] = Field(min_length=1, description="ways to weigh the tasks against each other")
    sharing: tuple[SharingEntry, ...] = Field(
        (HardSharing(),), min_length=1, description="ways to share parameters; every scheme is trained with each"
    )
    seeds: tuple[Seed, ...] = Field((0, 1, 2), min_length=1, description="every run is trained once with each")
    evaluation: EvaluationSpec = EvaluationSpec()
    gate: GateSpec = GateSpec()
    checks: ChecksSpec = ChecksSpec()

    _document: Document | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _consistent(self) -> "Spec":
        for found in inconsistencies(self):
            raise _error(found.message, *found.key)
        return self

    @property
    def gated_tasks(self) -> tuple[str, ...]:
        """The tasks that the decision is about."""
        return tuple(name for name, task in self.tasks.items() if not task.auxiliary)

    @property
    def unit_column(self) -> str | None:
        """The column whose values are resampled; None when rows are."""
        if self.evaluation.unit is not None:
            return self.evaluation.unit
        return self.split.column if isinstance(self.split, GroupSplit) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the study reads, each once."""
        split = (self.split.column,) if isinstance(self.split, GroupSplit | TimeSplit) else ()
        unit = (self.unit_column,) if self.unit_column else ()
        labels = tuple(self.label(name) for name in self.tasks)
        checked = tuple(self.checks.columns)
        return tuple(dict.fromkeys((*self.data.key, *split, *unit, *self.features.columns, *labels, *checked)))

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
            return 1 + depth(wholes[task]) if task in wholes else 0

        return tuple(depth(task) for task in self.tasks)

    def place(self, *key: str) -> str:
        """`file:line` of a key of the spec, for messages; the nearest enclosing key that was written."""
        return self._document.place(key) if self._document else "spec"


def _error(message: str, *key: str) -> PydanticCustomError:
    """A mistake that no type can rule out, at `key` below the part that finds it."""
    return PydanticCustomError("inconsistent", "{message}", {"message": message, "key": key})


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a spec, for editors."""
    return Spec.model_json_schema()
