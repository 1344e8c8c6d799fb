"""What the parts of a spec must not be to each other, beyond what their types say."""

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mtl.options import OptionError, make
from mtl.run_names import NETWORK
from mtl.spec.column_uses import column_uses
from mtl.spec.split_section import TimeSplit

if TYPE_CHECKING:
    from mtl.spec.catalog_entry import CatalogEntry
    from mtl.spec.study_spec import Spec


MOST_RUNS = 100_000
"""Of a study."""

FEWEST_BEYOND, ROUNDING = 10, 1e-6
"""Resamples that are expected beyond a bound, of which it is a quantile, and what 1 − confidence is inexact by."""


class Inconsistency(NamedTuple):
    """A mistake and the keys that lead to it."""

    message: str
    key: tuple[str, ...]


def inconsistencies(spec: "Spec") -> Iterator[Inconsistency]:
    """Every contradiction between the parts of a spec."""
    if not spec.gated_tasks:
        yield Inconsistency("at least one task must not be auxiliary", ("tasks",))
    uses = list(column_uses(spec))
    labels = {use.column for use in uses if use.use == "label"}
    for use in uses:
        if use.use == "feature" and use.column in labels:
            yield Inconsistency(f"{use.column} is a task's label; a label cannot be a feature", use.key)
    broken = list(_not_a_tree(spec))
    yield from broken
    yield from _not_sources(spec)
    yield from _not_incumbents(spec)
    yield from _repeated(spec.data.key, "data", "key")
    # In a circle there is no end to depths.
    depths = (0,) * len(spec.tasks) if broken else spec.depths()
    for key, entry in _entries(spec):
        yield from _wrong_options(spec, entry, depths, *key)
    yield from _repeated([scheme.label for scheme in spec.schemes], "schemes")
    yield from _repeated([sharing.label for sharing in spec.sharing], "sharing")
    yield from _repeated([baseline.label for baseline in spec.baselines], "baselines")
    yield from _repeated(spec.seeds, "seeds")
    yield from _repeated(spec.evaluation.slices, "evaluation", "slices")
    yield from _untolerated(spec)
    yield from _too_many_runs(spec)
    yield from _too_few_resamples(spec)
    for message, key in spec.tuning.mistakes():
        yield Inconsistency(message, ("tuning", *key))


def _untolerated(spec: "Spec") -> Iterator[Inconsistency]:
    """Tolerances of what is no gated task."""
    for task in spec.gate.tolerance:
        if task not in spec.gated_tasks:
            gated = ", ".join(spec.gated_tasks)
            key = ("gate", "tolerance", task)
            yield Inconsistency(f"expected a gated task; got '{task}'; the gated tasks are {gated}", key)


def _too_few_resamples(spec: "Spec") -> Iterator[Inconsistency]:
    """Bounds that would rest on a handful of resamples."""
    resamples, confidence = spec.evaluation.resamples, spec.gate.confidence
    beyond = resamples * (1 - confidence)
    if beyond < FEWEST_BEYOND - ROUNDING:
        enough = math.ceil(FEWEST_BEYOND / (1 - confidence) - ROUNDING)
        key = ("evaluation", "resamples") if "resamples" in spec.evaluation.model_fields_set else ("gate", "confidence")
        yield Inconsistency(
            f"expected at least {enough:,} evaluation.resamples for a gate.confidence of {confidence}, so that"
            f" {FEWEST_BEYOND} lie beyond the bound; got {resamples:,}, which leave {beyond:.1f}",
            key,
        )


def _too_many_runs(spec: "Spec") -> Iterator[Inconsistency]:
    """Models that no one waits for, each a record in MLflow, too."""
    alone = sum(len(spec.baselines) + len(task.pretrained_on) for task in spec.tasks.values())
    models = len(spec.schemes) * len(spec.sharing) + alone
    runs = models * (len(spec.seeds) + spec.tuning.trials)
    if runs > MOST_RUNS:
        counted = f"{models:,} models, {len(spec.seeds):,} seeds and {spec.tuning.trials:,} trials"
        yield Inconsistency(f"expected at most {MOST_RUNS:,} runs; got about {runs:,}: {counted}", ("schemes",))


def _not_a_tree(spec: "Spec") -> Iterator[Inconsistency]:
    """Parts that are no task, that belong to two tasks, or that contain what they are part of."""
    whole: dict[str, str] = {}
    for name, task in spec.tasks.items():
        key = ("tasks", name, "composed_of")
        for part in task.composed_of:
            if part not in spec.tasks:
                yield _no_task(spec, part, *key)
            elif part in whole:
                yield Inconsistency(f"{part} is a part of {whole[part]} already", key)
            else:
                whole[part] = name
                if part in _wholes(name, whole):
                    yield Inconsistency(f"{part} would be a part of itself", key)


def _wholes(task: str, whole: dict[str, str]) -> Iterator[str]:
    """The task, what it is part of, what that is part of, and so on; once around a circle."""
    seen: set[str] = set()
    while task not in seen:
        yield task
        seen.add(task)
        task = whole.get(task, task)


def _not_sources(spec: "Spec") -> Iterator[Inconsistency]:
    """What a baseline cannot be pretrained on, and tasks that have no baseline."""
    for name, task in spec.tasks.items():
        key = ("tasks", name, "pretrained_on")
        if task.auxiliary and task.pretrained_on:
            yield Inconsistency(f"{name} is auxiliary: it has no baseline that could be pretrained", key)
        elif task.pretrained_on and NETWORK not in [baseline.name for baseline in spec.baselines]:
            yield Inconsistency(f"what is pretrained is the baseline {NETWORK}, which baselines does not name", key)
        for source in task.pretrained_on:
            if source not in spec.tasks:
                yield _no_task(spec, source, *key)
            elif source == name:
                yield Inconsistency(f"{name} would be pretrained on itself", key)
        yield from _repeated(task.pretrained_on, *key)


def _not_incumbents(spec: "Spec") -> Iterator[Inconsistency]:
    """Models in use of what is not decided on, and days that no column tells."""
    for task, incumbent in spec.incumbents.items():
        if task not in spec.tasks:
            yield _no_task(spec, task, "incumbents", task)
        elif spec.tasks[task].auxiliary:
            yield Inconsistency(f"{task} is auxiliary: nothing is decided on it", ("incumbents", task))
        if incumbent.trained_on_keys and not spec.data.key:
            unnamed = (
                "rows are known by what they hold, and no file of keys names them: give data.key, or trained_before"
            )
            yield Inconsistency(unnamed, ("incumbents", task, "trained_on_keys"))
        if incumbent.trained_before and not (incumbent.time or isinstance(spec.split, TimeSplit)):
            missing = "which column says when a row was? The split is not by time: give `time: COLUMN` beside it"
            yield Inconsistency(missing, ("incumbents", task, "trained_before"))


def _entries(spec: "Spec") -> "Iterator[tuple[tuple[str, ...], CatalogEntry]]":
    """The entries of catalogs that have options, with the keys that lead to them."""
    yield from ((("schemes", str(position)), entry) for position, entry in enumerate(spec.schemes))
    yield from ((("sharing", str(position)), entry) for position, entry in enumerate(spec.sharing))
    yield from ((("baselines", str(position)), entry) for position, entry in enumerate(spec.baselines))
    yield ("model", "text_encoder"), spec.model.text_encoder
    if spec.model.numeric_embedding:
        yield ("model", "numeric_embedding"), spec.model.numeric_embedding


def _wrong_options(spec: "Spec", entry: "CatalogEntry", depths: Sequence[int], *key: str) -> Iterator[Inconsistency]:
    """Options that an entry of a catalog does not have, or not with such values."""
    # What builds networks imports PyTorch, which takes a second: one without options is looked at when it is built.
    if entry.options or key[0] == "schemes":
        try:
            make(entry.kind, entry.options, tuple(spec.tasks), depths)
        except OptionError as mistake:
            yield Inconsistency(mistake.problem, (*key, mistake.option))


def _no_task(spec: "Spec", name: str, *key: str) -> Inconsistency:
    return Inconsistency(f"no task is named {name}; tasks: {', '.join(spec.tasks)}", key)


def _repeated(values: Sequence[Hashable], *key: str) -> Iterator[Inconsistency]:
    repeated = sorted(str(value) for value, count in Counter(values).items() if count > 1)
    if repeated:
        yield Inconsistency(f"each once; repeated: {', '.join(repeated)}", key)
