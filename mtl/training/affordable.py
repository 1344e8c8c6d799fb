"""What the networks of a study take to train, from their shapes alone: told before any of them is made."""

import os
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import torch

from mtl.data.stored_table import AnyTable
from mtl.data.transforms import Transforms
from mtl.errors import MtlError, SpecError
from mtl.extensions import FEATURES
from mtl.features.feature import Feature
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.run_names import HARD, NETWORK
from mtl.spec import Spec
from mtl.spec.model_section import ModelSpec
from mtl.tasks.fit_task import fit_task
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task
from mtl.training.approaches import Approaches
from mtl.training.network_settings import TRUNK, model_with
from mtl.training.plans import ALONE

MOST_PARAMETERS = 1_000_000_000
"""Of a network."""

COPIES = 5
"""Of the parameters while they are trained: themselves, their gradient, AdamW's two means, the best so far."""

WORD = 4
"""Bytes of a float32."""

SMALLEST: Mapping[str, Sequence[object]] = {
    "numbers": (0.0, 1.0),
    "truth values": (0, 1),
    "dates": ("2000-01-01", "2001-01-01"),
    "texts": ("a", "b"),
    "anything": ("a", "b"),
}
"""Cells of a column that no column needs fewer parameters than."""


def require_plausible(spec: Spec, approaches: Approaches) -> None:
    """As `require_affordable`, before anything is known of the data: for data that need as few parameters as any.

    Raises:
        SpecError: a network is too large whatever the data are.
    """
    known = dict(_smallest_features(spec))
    if known:
        tasks = tuple(_smallest_task(spec, name) for name in spec.tasks)
        require_affordable(spec, approaches, Transforms(known), tasks)


def require_affordable(spec: Spec, approaches: Approaches, transforms: Transforms, tasks: Sequence[Task]) -> None:
    """Nothing, if every network of the study can be trained on this machine.

    Raises:
        SpecError: one has too many parameters, or takes more memory than the machine has.
    """
    model, memory = _largest_model(spec), memory_bytes()
    ways = {HARD: ALONE.sharing} | {name.sharing: approach.sharing for name, approach in approaches.chosen.items()}
    for label, sharing in ways.items():
        shape = NetworkShape.of(transforms, model, tasks, sharing)
        parameters = parameters_of(shape)
        needed = bytes_to_train(shape, parameters, spec.training.batch_size)
        if parameters > MOST_PARAMETERS or needed > memory:
            raise SpecError(
                f"{spec.place('model')}: model: under {label}, a network has {parameters:,} parameters and takes"
                f" {needed / 1e9:,.1f} GB at least to train; expected at most {MOST_PARAMETERS:,}, and the"
                f" {memory / 1e9:,.1f} GB of this machine: lower trunk, members, widths, experts or batch_size"
            )


def require_affordable_on(spec: Spec, approaches: Approaches, table: AnyTable) -> None:
    """The same, for all rows of a table: their training side knows no more categories, words or classes than they do.

    Raises:
        DataError: a task has no two labels.
        SpecError: see `require_affordable`.
    """
    transforms = Transforms.fit(spec.features, spec.model, table)
    require_affordable(
        spec, approaches, transforms, [fit_task(spec, name, table[spec.label(name)]) for name in spec.tasks]
    )


def parameters_of(shape: NetworkShape) -> int:
    """How many numbers training would learn; none of them is made."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in MultiTaskNetwork(shape).parameters())


def bytes_to_train(shape: NetworkShape, parameters: int, batch_size: int) -> int:
    """A lower bound of the memory that training takes: the parameters' copies, and a batch in each hidden layer."""
    return WORD * (COPIES * parameters + 2 * batch_size * shape.members * sum(shape.trunk))


def memory_bytes() -> int:
    """What this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _largest_model(spec: Spec) -> ModelSpec:
    """The spec's own, or with the widest trunk that tuning may try."""
    widest = spec.tuning.ranges_of(NETWORK)[TRUNK].high if spec.tuning.trials else 1.0
    return model_with(spec.model, {TRUNK: max(1.0, widest)})


def _smallest_features(spec: Spec) -> Iterator[tuple[str, Feature]]:
    for kind, columns in spec.features.by_kind.items():
        feature = FEATURES.get(kind)
        try:
            yield kind, feature.fit(columns, pd.DataFrame(dict.fromkeys(columns, SMALLEST[feature.holds])), spec.model)
        except MtlError:  # such as an encoder that is not installed, which is told in its place
            continue


def _smallest_task(spec: Spec, name: str) -> Task:
    told = spec.tasks[name]
    classes = () if kind_named(told.kind).width(()) == 1 else ("a", "b")
    fitted = (0.0, 1.0, classes, 0.0)
    return Task(name, told.kind, told.loss_name, told.headline, told.auxiliary, *fitted, told.composed_of)
