"""`make bench`: what a training step costs under each scheme, against a bare loop and torchjd, in one thread.

Columns, in microseconds per step of B = 256 rows, D = 64 features, and as ratios to (a):
    (a) a bare PyTorch loop with equal weights; (b) ours with equal; (c) ours with each scheme, by what the Gramian is
    taken of; (d) torchjd's mtl_backward, which works in the space of all shared parameters.
"""

import sys
from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import torch
from torch import Tensor
from torchjd.aggregation import IMTLG, MGDA, AlignedMTL, PCGrad
from torchjd.autojac import jac_to_grad, mtl_backward

from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.tasks.task import Task
from mtl.training.step import Step, TaskBatch, compared_parameters
from mtl.weighting.base import Needs, State
from mtl.weighting.catalog import build, names

ROWS, FEATURES = 256, 64
TORCHJD = {"mgda": MGDA, "pcgrad": PCGrad, "imtl_g": IMTLG, "aligned": AlignedMTL}


def build_case(num_tasks: int, width: int) -> tuple[MultiTaskNetwork, tuple[Task, ...], TaskBatch]:
    """A trunk of one hidden layer and regression heads, with one batch."""
    torch.manual_seed(0)
    network = MultiTaskNetwork(NetworkShape(FEATURES, (), 0, (HeadShape(1),) * num_tasks, (width,), 0.0, 1, 1))
    tasks = tuple(Task(f"t{k}", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0) for k in range(num_tasks))
    empty = torch.zeros(ROWS, 0, dtype=torch.int64)
    targets = torch.randn(ROWS, num_tasks)
    return (
        network,
        tasks,
        TaskBatch(Batch(torch.randn(ROWS, FEATURES), empty, empty), targets, torch.ones(ROWS, num_tasks)),
    )


def microseconds(step: Callable[[], object], optimizer: torch.optim.Optimizer, repeats: int) -> float:
    """The median time of a step with its update."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        optimizer.zero_grad(set_to_none=True)
        step()
        optimizer.step()
        times.append(perf_counter() - start)
    return float(np.median(times[repeats // 5 :]) * 1e6)


def measure(num_tasks: int, width: int, repeats: int) -> Iterator[tuple[str, float]]:
    """Each row of the table of one case; the first is the bare loop."""
    network, tasks, batch = build_case(num_tasks, width)
    optimizer = torch.optim.AdamW(network.parameters(), fused=True)

    def losses(representation: Tensor) -> list[Tensor]:
        pairs = zip(network.heads, batch.targets, strict=True)
        return [torch.nn.functional.mse_loss(head(representation).squeeze(1), target) for head, target in pairs]

    def bare() -> None:
        torch.stack(losses(network.represent(batch.inputs))).sum().backward()

    yield "(a) bare loop, equal", microseconds(bare, optimizer, repeats)
    for name in names():
        options = {"weights": {task.name: 1.0 for task in tasks}} if name == "fixed" else {}
        scheme = build(name, options, [task.name for task in tasks], [0] * num_tasks)
        spaces = ("representation", "last_layer", "parameters") if scheme.needs is Needs.GRAMIAN else ("",)
        for space in spaces:
            step, states = (
                Step(network, tasks, scheme, compared_parameters(network, space)),
                [scheme.init(num_tasks, 0)],
            )
            yield f"ours, {name} {space}".strip(), microseconds(_advance(step, batch, states), optimizer, repeats)
    for name, aggregator in TORCHJD.items():
        theirs = aggregator()

        def jacobian_descent(theirs: MGDA | PCGrad | IMTLG | AlignedMTL = theirs) -> None:
            representation = network.represent(batch.inputs)
            mtl_backward(losses(representation), features=representation)
            jac_to_grad(network.shared_parameters(), theirs)

        yield f"(d) torchjd, {name} parameters", microseconds(jacobian_descent, optimizer, repeats)


def _advance(step: Step, batch: TaskBatch, states: list[State]) -> Callable[[], None]:
    def advance() -> None:
        after = step.losses_again(batch) if step.scheme.needs is Needs.LOSSES_AFTER_STEP else None
        states[0] = step.backward(batch, states[0], 0, after).state

    return advance


def main(repeats: int = 60) -> None:
    """Print a table per case."""
    sys.stdout.write(str(__doc__))
    torch.set_num_threads(1)
    for num_tasks in (3, 6, 12):
        for width in (128, 256):
            sys.stdout.write(f"\nK = {num_tasks}, H = {width}{'':24}[us]   ratio to (a)\n")
            rows = list(measure(num_tasks, width, repeats))
            for name, time in rows:
                sys.stdout.write(f"{name:40}{time:8.0f}{time / rows[0][1]:10.2f}\n")


if __name__ == "__main__":
    main()
