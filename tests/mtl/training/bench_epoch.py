"""What training costs end to end, in one thread: data order, bookkeeping and recorded weights, validation aside.

Two tables. The first: samples per second of whole epochs at B = 256, D = 64, H = 128, K = 6, all labels there, against
a bare PyTorch loop over the same rows (one linear head per task, equal weights, AdamW, batches by a random order).
The second: milliseconds per step on the `reviews` example, whose embedding table is shared, too, under each scheme and
by what the Gramian is taken of, as ratios to equal weights.

    python -m tests.mtl.training.bench_epoch
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from mtl import examples
from mtl.data.prepared import Prepared, Side, prepare
from mtl.data.read_table import read_source
from mtl.extensions import SCHEMES
from mtl.features.inputs import Inputs
from mtl.features.plain import PlainShape
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.hard import Hard
from mtl.spec import Spec, TrainingSpec, load_spec
from mtl.spec.training_section import GradientSpace
from mtl.tasks.task import Task
from mtl.training.fit import Budget, fit
from mtl.weighting.scheme import Needs, Scheme
from mtl.weighting.schemes.equal import Equal
from tests.mtl.examples.cache import shared_cache
from tests.mtl.weighting.families import scheme_of_tasks

ROWS, FEATURES, WIDTH, TASKS, BATCH, ROUNDS = 65536, 64, 128, 6, 256, 5
STEPS = 80


def side(rows: int) -> Side:
    """Rows of noise, every label there."""
    random = np.random.default_rng(0)
    inputs = Inputs({"numeric": random.standard_normal((rows, FEATURES), dtype=np.float32)})
    return Side(inputs, random.standard_normal((rows, TASKS)), np.arange(rows), np.arange(rows))


def ours() -> Callable[[], object]:
    """An epoch of ours."""
    tasks = tuple(Task(f"t{k}", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0) for k in range(TASKS))
    shape = NetworkShape({"numeric": PlainShape(FEATURES)}, (HeadShape(1),) * TASKS, (WIDTH,))
    budget = Budget(shape, TrainingSpec(batch_size=BATCH, epochs=1), 0)
    train, validation = side(ROWS), side(16)
    return lambda: fit(tasks, Equal(), train, validation, budget)


def bare() -> Callable[[], object]:
    """An epoch of a bare loop."""
    rows = side(ROWS)
    features, labels = torch.from_numpy(rows.inputs.arrays["numeric"]), torch.from_numpy(rows.labels.astype(np.float32))
    trunk = nn.Sequential(nn.Linear(FEATURES, WIDTH), nn.ReLU())
    heads = nn.ModuleList(nn.Linear(WIDTH, 1) for _ in range(TASKS))
    optimizer = torch.optim.AdamW([*trunk.parameters(), *heads.parameters()], fused=True)

    def epoch() -> None:
        for index in torch.randperm(ROWS).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            representation, targets = trunk(features[index]), labels[index]
            losses = [
                functional.mse_loss(head(representation).squeeze(1), targets[:, k]) for k, head in enumerate(heads)
            ]
            torch.stack(losses).sum().backward()
            optimizer.step()

    return epoch


def end_to_end() -> None:
    """The first table."""
    contenders = {"bare loop": bare(), "ours": ours()}
    rounds = [{name: seconds(epoch) for name, epoch in contenders.items()} for _ in range(ROUNDS + 1)][1:]
    rates = {name: ROWS / median(times[name] for times in rounds) for name in contenders}
    for name, rate in rates.items():
        sys.stdout.write(f"{name:40}{rate:10.0f} samples/s{rate / rates['bare loop']:10.2f}\n")


def on_reviews(folder: Path) -> None:
    """The second table. Each run is timed right after one with equal weights: busy moments fall on both."""
    spec = load_spec("reviews", examples.specs())
    frame = read_source(spec, shared_cache(), folder / "frames")
    prepared = prepare(spec, frame, folder / "prepared")
    equal = Equal(), spec.training.gradients
    for label, run in contenders(spec):
        pairs = [(epoch_on(spec, prepared, *equal), epoch_on(spec, prepared, *run)) for _ in range(ROUNDS)]
        time, ratio = median(time for _, time in pairs), median(time / base for base, time in pairs)
        sys.stdout.write(f"{label:40}{time:10.2f} ms/step{ratio:12.2f}\n")


def contenders(spec: Spec) -> Iterator[tuple[str, tuple[Scheme, GradientSpace]]]:
    """Each row of the second table by name."""
    for name in SCHEMES.names:
        scheme = scheme_of_tasks(name, tuple(spec.tasks), spec.depths())
        for space in get_args(GradientSpace) if scheme.needs is Needs.GRAMIAN else [spec.training.gradients]:
            yield f"{name} {space}" if scheme.needs is Needs.GRAMIAN else name, (scheme, space)


def epoch_on(spec: Spec, prepared: Prepared, scheme: Scheme, space: GradientSpace) -> float:
    """Milliseconds per step, over so many steps."""
    rows = np.arange(STEPS * spec.training.batch_size)
    train, validation = some_rows(prepared.side("train"), rows), first_rows(prepared.side("validation"))
    shape = NetworkShape.of(prepared.transforms, spec.model, prepared.tasks, Hard())
    training = spec.training.model_copy(update={"epochs": 1, "gradients": space})
    time = seconds(lambda: fit(prepared.tasks, scheme, train, validation, Budget(shape, training, 0)))
    return 1000 * time / STEPS


def first_rows(whole: Side) -> Side:
    """A validation side that costs next to nothing, with a label of every task."""
    return some_rows(whole, np.concatenate([np.flatnonzero(~np.isnan(column))[:2] for column in whole.labels.T]))


def some_rows(whole: Side, kept: NDArray[np.intp]) -> Side:
    """A side of a few rows."""
    return replace(
        whole, inputs=whole.inputs.rows(kept), labels=whole.labels[kept], units=whole.units[kept], rows=whole.rows[kept]
    )


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    call()
    return perf_counter() - start


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    sys.stdout.write(f"\nEnd to end{'':30}{'':20}  ratio\n")
    end_to_end()
    sys.stdout.write(f"\nreviews{'':52} ratio to equal\n")
    with TemporaryDirectory() as folder:
        on_reviews(Path(folder))


if __name__ == "__main__":
    main()
