"""What members cost, in one process and one thread: D = 64 features, H = 128, K = 6 regression heads, equal weights.

For M members and batches of B rows, each step with the update by AdamW:
    products  the step's matrix products alone, forward and backward, of M × B rows
    ratio     of the step to its products
    of runs   of the step to M steps of networks of one member

    python -m tests.mtl.training.bench_members
"""

import sys
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import torch
from torch import Tensor

from mtl.features.plain import PlainShape
from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.tasks.task import Task
from mtl.training.adamw import AdamW
from mtl.training.batches import TaskBatch
from mtl.training.step import Step
from mtl.weighting.scheme import State
from mtl.weighting.schemes.equal import Equal

FEATURES, WIDTH, TASKS, ROUNDS, STEPS = 64, 128, 6, 30, 8


def step(members: int, rows: int) -> Callable[[], object]:
    """A training step."""
    torch.manual_seed(0)
    tasks = tuple(Task(f"t{k}", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0) for k in range(TASKS))
    shape = NetworkShape({"numeric": PlainShape(FEATURES)}, (HeadShape(1),) * TASKS, (WIDTH,), members=members)
    network, scheme = MultiTaskNetwork(shape), Equal()
    gradients, optimizer = Step(network, tasks, scheme, "last_layer"), AdamW(network.parameters(), 1e-3, 1e-2)
    batch = TaskBatch(Batch({"numeric": torch.randn(rows, FEATURES)}), torch.randn(rows, TASKS), None)
    state: State = scheme.init(TASKS, 0)

    def run() -> None:
        gradients.backward(batch, state, 0)
        optimizer.step()

    return run


def products(members: int, rows: int) -> Callable[[], object]:
    """The matrix products of such a step: trunk and heads, each forward, to its weights and to its inputs."""
    every, hidden = torch.randn(members * rows, FEATURES), torch.randn(members * rows, WIDTH)
    trunk, heads, slopes = torch.randn(WIDTH, FEATURES), _heads(members, WIDTH), _heads(members, rows)
    apart = hidden.unflatten(0, (members, rows))

    def run() -> None:
        torch.matmul(every, trunk.T)
        torch.matmul(apart, heads.mT)
        torch.matmul(slopes, apart)
        torch.matmul(slopes.mT, heads)
        torch.matmul(hidden.T, every)
        if members > 1:  # what reaches the members' factors
            torch.matmul(hidden, trunk)

    return run


def _heads(members: int, width: int) -> Tensor:
    return torch.randn(members, TASKS, width)


def microseconds(work: Callable[[], object], times: int = 1) -> float:
    """Mean time of `times` calls, a few times over."""
    start = perf_counter()
    for _ in range(STEPS * times):
        work()
    return (perf_counter() - start) / STEPS * 1e6


def report(members: int, rows: int) -> Iterator[str]:
    """A line of the table."""
    ours, alone, one = step(members, rows), products(members, rows), step(1, rows)
    turns = [(microseconds(ours), microseconds(alone), microseconds(one, members)) for _ in range(ROUNDS)][2:]
    times = [median(column) for column in zip(*turns, strict=True)]
    ratio, of_runs = (median(turn[0] / turn[k] for turn in turns) for k in (1, 2))
    yield f"{members:4}{rows:6}{times[0]:10.0f}{times[1]:10.0f}{ratio:8.2f}{of_runs:10.2f}\n"


def main() -> None:
    """Print the table."""
    sys.stdout.write(f"{__doc__}\n   M     B  step [us]  products   ratio   of runs\n")
    torch.set_num_threads(1)
    for members in (1, 8, 16):
        for rows in (64, 256):
            sys.stdout.writelines(report(members, rows))


if __name__ == "__main__":
    main()
