"""Generated tables of tasks whose relatedness is known, because it was planted.

The features are independent and standard normal, `columns` of them for each of K + 1 blocks: one that all tasks read,
and one of each task's own. The `latents` directions in a block that matter are drawn at random, z = Q x with
orthonormal rows, so that none is a single feature's. On them lies a representation, `functions` random smooth functions

    φ_m(z) = √2 cos(ω_m · z + b_m),  ω_m ~ N(0, frequency² I),  b_m ~ U(0, 2π),

draws of a Gaussian process with a squared-exponential kernel of length 1/frequency (Rahimi and Recht 2007, "Random
features for large-scale kernel machines"). With u_k and v_k random read-outs, signal k is

    s_k = √r · std(u_k · φ(z_shared)) + √(1 − r) · std(v_k · φ_k(z_k)),

where std scales to mean 0 and variance 1 over the rows. So the relatedness r is the share of each task's signal that
is read from the shared representation. At r = 1 all tasks are other linear read-outs of one representation, which each
can help to learn; how alike the read-outs are is drawn, so signals need not be correlated. At r = 0 the tasks are
independent functions of disjoint features: nothing that one learns is of use to another. The features' number and
distribution are the same for every r.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
LabelKind: TypeAlias = Literal["regression", "binary", "multiclass"]

CLASSES = ("low", "middle", "high")
"""Of a multiclass task, by rising signal."""


@dataclass(frozen=True)
class RelatedTasks:
    """What a generated table is like. The same values and seed give the same table.

    Attributes:
        relatedness: r, in [0, 1].
        kinds: of each task: `regression`; `binary`, 1 above a quantile; `multiclass`, the three `CLASSES`.
        noise: share of the labels' variance, before they are cut into classes, that no feature explains, in [0, 1].
        rarest: share of the rows in the rarest class: of 1, or of `high`; the other classes are equally frequent.
        missing: share of each task's labels that are missing, completely at random, in [0, 1).
        columns: features in a block.
        latents: directions of a block that labels depend on, at most `columns`.
        functions: in a representation.
        frequency: standard deviation of the ω_m.

    Raises:
        ValueError: a share outside its range, or no task.
    """

    relatedness: float
    kinds: tuple[LabelKind, ...]
    rows: int
    noise: float = 0.2
    rarest: float = 1 / 3
    missing: float = 0.0
    columns: int = 8
    latents: int = 3
    functions: int = 8
    frequency: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what describes no table."""
        shares = {name: getattr(self, name) for name in ("relatedness", "noise", "missing", "rarest")}
        for name, share in shares.items():
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"{name} {share} must be between 0 and 1")
        if not self.kinds or self.missing == 1.0:
            raise ValueError("a table needs a task and labels of it")
        if not 1 <= self.latents <= self.columns:
            raise ValueError(f"latents {self.latents} must be between 1 and the {self.columns} columns of a block")

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks' names and label columns: `task_1` to `task_K`."""
        return tuple(f"task_{k + 1}" for k in range(len(self.kinds)))

    @property
    def features(self) -> tuple[str, ...]:
        """The features' names: `x1` on, in an order that does not tell which block one belongs to."""
        return tuple(f"x{j + 1}" for j in range(self.columns * (len(self.kinds) + 1)))

    def draw(self, seed: int) -> pd.DataFrame:
        """The table: `id`, the features and a label column per task, NaN or None where the label is missing."""
        random = np.random.default_rng(seed)
        features, signals = self.features_and_signals(random)
        table = pd.DataFrame(features[:, random.permutation(features.shape[1])], columns=list(self.features))
        table.insert(0, "id", np.arange(self.rows))
        for task, kind, signal in zip(self.tasks, self.kinds, signals, strict=True):
            labels = self._labels(kind, signal, random)
            table[task] = labels.mask(_exact_share(self.missing, self.rows, random))
        return table

    def features_and_signals(self, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """The features, [rows, columns · (K + 1)], block by block, the shared first; and what they tell, [K, rows]."""
        blocks = random.standard_normal((len(self.kinds) + 1, self.rows, self.columns))
        shared = self._representation(blocks[0], random)
        common = [_read_out(shared, random) for _ in self.kinds]
        own = [_read_out(self._representation(block, random), random) for block in blocks[1:]]
        signals = np.sqrt(self.relatedness) * np.array(common) + np.sqrt(1.0 - self.relatedness) * np.array(own)
        return np.hstack(list(blocks)), signals

    def _representation(self, block: FloatArray, random: np.random.Generator) -> FloatArray:
        directions, _ = np.linalg.qr(random.standard_normal((self.columns, self.latents)))
        frequencies = self.frequency * random.standard_normal((self.latents, self.functions))
        phases = random.uniform(0.0, 2.0 * np.pi, self.functions)
        representation: FloatArray = np.sqrt(2.0) * np.cos(block @ directions @ frequencies + phases)
        return representation

    def _labels(self, kind: LabelKind, signal: FloatArray, random: np.random.Generator) -> pd.Series:
        values: FloatArray = np.sqrt(1.0 - self.noise) * signal + np.sqrt(self.noise) * random.standard_normal(
            self.rows
        )
        match kind:
            case "regression":
                return pd.Series(values)
            case "binary":
                return pd.Series((values > np.quantile(values, 1.0 - self.rarest)).astype(np.float64))
            case "multiclass":
                highest = 1.0 - self.rarest
                ranks = np.digitize(values, np.quantile(values, [highest / 2, highest]))
                return pd.Series(ranks).map(dict(enumerate(CLASSES)))
            case _:
                assert_never(kind)


def _read_out(representation: FloatArray, random: np.random.Generator) -> FloatArray:
    """A random linear combination of the representation, of mean 0 and variance 1."""
    values: FloatArray = representation @ random.standard_normal(representation.shape[1])
    standardised: FloatArray = (values - values.mean()) / values.std()
    return standardised


def _exact_share(share: float, rows: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """A mask that is true in so many random rows, to the nearest."""
    taken: NDArray[np.bool_] = random.permutation(rows) < round(share * rows)
    return taken
