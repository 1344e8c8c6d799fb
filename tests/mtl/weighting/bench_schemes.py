"""Microseconds per call of every scheme, and of TorchJD where it has the method.

Both run in one process on one thread, in turns, on one Gramian of random gradients; each number is the median of the
rounds. TorchJD's Nash-MTL starts from its last weights, here the solution. A dash: TorchJD does not have the method.

    python -m tests.mtl.weighting.bench_schemes [K]
"""

import statistics
import sys
import warnings
from collections.abc import Callable
from time import perf_counter

import numpy as np
import torch
from torchjd import aggregation

from mtl.extensions import SCHEMES
from mtl.weighting.scheme import FloatArray
from tests.mtl.weighting.families import gradients, observe, scheme_for

ROUNDS = 15
SECONDS_PER_ROUND = 0.01

TORCHJD: dict[str, Callable[[int], "torch.nn.Module"]] = {
    "mgda": lambda _: aggregation.MGDAWeighting(),
    "pcgrad": lambda _: aggregation.PCGradWeighting(),
    "gradvac": lambda _: aggregation.GradVacWeighting(),
    "cagrad": lambda _: aggregation.CAGradWeighting(c=0.5),
    "imtl_g": lambda _: aggregation.IMTLGWeighting(),
    "nash": lambda num_tasks: aggregation.NashMTL(n_tasks=num_tasks),
    "fairgrad": lambda _: aggregation.FairGradWeighting(alpha=2.0),
    "aligned": lambda _: aggregation.AlignedMTLWeighting(),
    "upgrad": lambda _: aggregation.UPGradWeighting(),
    "dualproj": lambda _: aggregation.DualProjWeighting(),
    "config": lambda _: aggregation.ConFIG(),
}
ON_THE_JACOBIAN = {"nash", "config"}


def main(num_tasks: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="You are solving a parameterized problem that is not DPP")
    J = gradients("random", num_tasks, seed=0)
    sys.stdout.write(f"K = {num_tasks}{'ours [us]':>24}{'torchjd [us]':>14}{'ratio':>8}\n")
    for name in SCHEMES.names:
        calls = [_ours(name, J), *_theirs(name, J)]
        times = [statistics.median(rounds) for rounds in zip(*(map(_time, calls) for _ in range(ROUNDS)), strict=True)]
        theirs, ratio = (f"{times[1]:.0f}", f"{times[1] / times[0]:.1f}") if len(times) > 1 else ("–", "–")
        sys.stdout.write(f"{name:<20}{times[0]:>10.0f}{theirs:>14}{ratio:>8}\n")


def _ours(name: str, J: FloatArray) -> Callable[[], object]:
    scheme, observation = scheme_for((name, {}), len(J)), observe(J, seed=0)
    state = scheme.init(len(J), seed=0)
    return lambda: scheme.weigh(observation, state)


def _theirs(name: str, J: FloatArray) -> list[Callable[[], object]]:
    """TorchJD's call for the scheme, if it has the method."""
    if name not in TORCHJD:
        return []
    weighting = TORCHJD[name](len(J))
    matrix = torch.from_numpy((J if name in ON_THE_JACOBIAN else J @ J.T).astype(np.float32))
    return [lambda: weighting(matrix)]


def _time(call: Callable[[], object]) -> float:
    """Microseconds per call."""
    calls, start = 0, perf_counter()
    while (elapsed := perf_counter() - start) < SECONDS_PER_ROUND:
        call()
        calls += 1
    return 1e6 * elapsed / calls


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
