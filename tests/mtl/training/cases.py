"""Networks of every way of sharing, tasks of mixed kinds, batches with missing labels, and gradients by autograd."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from mtl.extensions import SHARING
from mtl.features.tokens import PADDING
from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.mmoe import Mmoe
from mtl.models.sharing.ple import Ple
from mtl.models.sharing_way import Sharing
from mtl.tasks.task import Task
from mtl.training.batches import TaskBatch
from tests.mtl.models.parts import batch_of, parts

TASKS = (
    Task("income", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0),
    Task("smoker", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
    Task("health", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1),
)
VOCABULARY = 9
_VARIED: dict[str, Sharing] = {"mmoe": Mmoe(experts=3), "ple": Ple(shared_experts=2, own_experts=2)}
WAYS: tuple[Sharing, ...] = tuple(_VARIED.get(name) or way() for name, way in SHARING.items())


def network_of(
    sharing: Sharing,
    trunk: tuple[int, ...] = (8, 6),
    composed: bool = False,
    text: str | None = None,
    members: int = 1,
) -> MultiTaskNetwork:
    """A network of `TASKS`, whose third reads the first two if `composed`; it reads a text if `text` says how."""
    torch.manual_seed(0)
    heads = (HeadShape(1), HeadShape(1, "binary"), HeadShape(3, "multiclass", (0, 1) if composed else ()))
    features = parts(5, (4, 3), VOCABULARY if text else 0, text or "mean")
    return MultiTaskNetwork(NetworkShape(features, heads, trunk, sharing=sharing, members=members))


def batch(observed: Sequence[Sequence[float]] | None = None, rows: int = 12, tokens: int = 0) -> TaskBatch:
    """Rows whose labels are all observed, or as told; texts of so many tokens, some of them padding."""
    random = torch.Generator().manual_seed(1)
    numbers, codes = torch.randn(rows, 5, generator=random), torch.randint(0, 3, (rows, 2), generator=random)
    words = torch.randint(PADDING, VOCABULARY, (rows, tokens), generator=random).sort(descending=True).values
    inputs = batch_of(numbers, codes, words if tokens else None)
    targets = [
        torch.randn(rows, generator=random),
        torch.randint(0, 2, (rows,), generator=random).float(),
        torch.randint(0, 3, (rows,), generator=random).float(),
    ]
    mask = None if observed is None else torch.tensor(observed)
    return TaskBatch(inputs, torch.stack(targets, dim=1), mask)


def raw_outputs(network: MultiTaskNetwork, inputs: Batch) -> list[Tensor]:
    """What each head puts out, [M × B, width]: of members before they are averaged."""
    return network.heads.split(network.heads(network.body.represent(inputs)).outputs)


def losses(outputs: Sequence[Tensor], rows: TaskBatch) -> list[Tensor]:
    """Each task's loss by PyTorch's own functions; the outputs of members stand one below the other."""
    members = len(outputs[0]) // len(rows.targets)
    income, smoker, health = rows.targets.repeat(members, 1).T
    by_row = (
        (outputs[0].squeeze(1) - income) ** 2,
        functional.binary_cross_entropy_with_logits(outputs[1].squeeze(1), smoker, reduction="none"),
        functional.cross_entropy(outputs[2], health.long(), reduction="none"),
    )
    observed = torch.ones_like(rows.targets) if rows.observed is None else rows.observed
    observed = observed.repeat(members, 1)
    return [(loss * seen).sum() / seen.sum().clamp(min=1.0) for loss, seen in zip(by_row, observed.T, strict=True)]


def gradients_of(network: MultiTaskNetwork, loss: Tensor) -> dict[str, Tensor]:
    """The gradient of a loss by parameter, 0 where it does not reach."""
    named = list(network.named_parameters())
    found = torch.autograd.grad(loss, [parameter for _, parameter in named], retain_graph=True, allow_unused=True)
    return {
        name: torch.zeros_like(parameter) if gradient is None else gradient
        for (name, parameter), gradient in zip(named, found, strict=True)
    }
