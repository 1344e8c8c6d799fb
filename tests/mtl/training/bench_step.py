"""What a training step costs under each scheme, against a bare loop and TorchJD, in one process and one thread.

B = 256 rows of D = 64 features with all labels, one hidden layer of H units, K regression heads. A step ends with the
update by AdamW: `torch.optim.AdamW(…, fused=True)` in (a) and (d), our own around the same kernel in (b) and (c). Rows,
in microseconds per step, as ratios to (a), and ours as how many times as fast as (d):
    (a) a bare PyTorch loop with equal weights, one linear head per task
    (b) ours with equal weights
    (c) ours with each scheme, by what the Gramian is taken of
    (d) TorchJD's mtl_backward with the same method. Its Gramian is of all shared parameters: of ours, `parameters` is
        the same work; `representation` is less.

    python -m tests.mtl.training.bench_step
"""

import sys
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchjd import aggregation
from torchjd.autojac import jac_to_grad, mtl_backward

from mtl.extensions import SCHEMES
from mtl.features.plain import PlainShape
from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.spec.training_section import GradientSpace
from mtl.tasks.task import Task
from mtl.training.adamw import AdamW
from mtl.training.batches import TaskBatch
from mtl.training.step import Step
from mtl.weighting.scheme import Needs, Scheme
from tests.mtl.weighting.families import scheme_of_tasks

ROWS, FEATURES, ROUNDS, STEPS = 256, 64, 12, 12
RATE, DECAY = 1e-3, 1e-2
SPACES: tuple[GradientSpace, ...] = ("representation", "last_layer", "parameters")
TORCHJD: dict[str, Callable[[int], aggregation.Aggregator]] = {
    "mgda": lambda _: aggregation.MGDA(),
    "pcgrad": lambda _: aggregation.PCGrad(),
    "gradvac": lambda _: aggregation.GradVac(),
    "cagrad": lambda _: aggregation.CAGrad(c=0.5),
    "imtl_g": lambda _: aggregation.IMTLG(),
    "nash": lambda num_tasks: aggregation.NashMTL(n_tasks=num_tasks),
    "fairgrad": lambda _: aggregation.FairGrad(alpha=2.0),
    "aligned": lambda _: aggregation.AlignedMTL(),
    "upgrad": lambda _: aggregation.UPGrad(),
    "dualproj": lambda _: aggregation.DualProj(),
    "config": lambda _: aggregation.ConFIG(),
}


Contender: TypeAlias = Callable[[], object]
"""One training step: gradients of a batch, and the update of the parameters."""


class Case:
    """One batch, and everything that trains on it."""

    def __init__(self, num_tasks: int, width: int) -> None:
        torch.manual_seed(0)
        self.num_tasks, self.width = num_tasks, width
        self.tasks = tuple(Task(f"t{k}", "regression", "mse", "r2", False, 0, 1, (), 1) for k in range(num_tasks))
        inputs = Batch({"numeric": torch.randn(ROWS, FEATURES)})
        self.batch = TaskBatch(inputs, torch.randn(ROWS, num_tasks), None)
        self.columns = [column.contiguous() for column in self.batch.targets.T]

    def bare(self) -> Contender:
        """(a)."""
        trunk, heads, optimizer = self._modules()

        def step() -> None:
            optimizer.zero_grad(set_to_none=True)
            torch.stack(self._losses(heads, trunk(self._features))).sum().backward()
            optimizer.step()

        return step

    def ours(self, scheme: Scheme, space: GradientSpace) -> Contender:
        """(b) and (c)."""
        shape = NetworkShape({"numeric": PlainShape(FEATURES)}, (HeadShape(1),) * self.num_tasks, (self.width,))
        network = MultiTaskNetwork(shape)
        gradients, optimizer = Step(network, self.tasks, scheme, space), AdamW(network.parameters(), RATE, DECAY)
        states = [scheme.init(self.num_tasks, 0)]

        def step() -> None:
            after = gradients.losses_again(self.batch) if scheme.needs is Needs.LOSSES_AFTER_STEP else None
            states[0] = gradients.backward(self.batch, states[0], 0, after).state
            optimizer.step()

        return step

    def torchjd(self, aggregator: aggregation.Aggregator) -> Contender:
        """(d)."""
        trunk, heads, optimizer = self._modules()

        def step() -> None:
            optimizer.zero_grad(set_to_none=True)
            representation = trunk(self._features)
            mtl_backward(self._losses(heads, representation), features=representation)
            jac_to_grad(list(trunk.parameters()), aggregator)
            optimizer.step()

        return step

    @property
    def _features(self) -> Tensor:
        return self.batch.inputs.arrays["numeric"]

    def _modules(self) -> tuple[nn.Module, nn.ModuleList, torch.optim.Optimizer]:
        trunk = nn.Sequential(nn.Linear(FEATURES, self.width), nn.ReLU())
        heads = nn.ModuleList(nn.Linear(self.width, 1) for _ in range(self.num_tasks))
        parameters = [*trunk.parameters(), *heads.parameters()]
        return trunk, heads, torch.optim.AdamW(parameters, RATE, weight_decay=DECAY, fused=True)

    def _losses(self, heads: nn.ModuleList, representation: Tensor) -> list[Tensor]:
        pairs = zip(heads, self.columns, strict=True)
        return [functional.mse_loss(head(representation).squeeze(1), column) for head, column in pairs]


def contenders(case: Case) -> Iterator[tuple[str, Contender]]:
    """Each row of the table by name, the bare loop first."""
    yield "(a) bare loop, equal", case.bare()
    for name in SCHEMES.names:
        scheme = scheme_of_tasks(name, [task.name for task in case.tasks], [0] * case.num_tasks)
        for space in SPACES if scheme.needs is Needs.GRAMIAN else SPACES[:1]:
            label = "(b) ours, equal" if name == "equal" else f"(c) ours, {name}"
            yield f"{label} {space}" if scheme.needs is Needs.GRAMIAN else label, case.ours(scheme, space)
        if name in TORCHJD:
            yield f"(d) torchjd, {name} parameters", case.torchjd(TORCHJD[name](case.num_tasks))


def microseconds(contender: Contender) -> float:
    """Mean time of a few steps."""
    start = perf_counter()
    for _ in range(STEPS):
        contender()
    return (perf_counter() - start) / STEPS * 1e6


def report(rows: dict[str, Contender]) -> Iterator[str]:
    """The table of one case. Each turn of a contender follows one of the bare loop: busy moments fall on both."""
    bare = next(iter(rows.values()))
    turns = [{name: (microseconds(bare), microseconds(row)) for name, row in rows.items()} for _ in range(ROUNDS)][1:]
    for name in rows:
        time = median(turn[name][1] for turn in turns)
        ratio = median(turn[name][1] / turn[name][0] for turn in turns)
        yield f"{name:40}{time:8.0f}{ratio:10.2f}"
        rival = f"(d) torchjd, {name.split()[2]} parameters"
        if name.startswith("(c)") and rival in rows:
            yield f"{median(turn[rival][1] / turn[name][1] for turn in turns):12.2f}"
        yield "\n"


def main() -> None:
    """Print a table per case."""
    sys.stdout.write(str(__doc__))
    torch.set_num_threads(1)
    for num_tasks in (3, 6, 12):
        for width in (128, 256):
            sys.stdout.write(f"\nK = {num_tasks}, H = {width}{'':26}[us]  ratio to (a)  (d) to it\n")
            sys.stdout.writelines(report(dict(contenders(Case(num_tasks, width)))))


if __name__ == "__main__":
    main()
