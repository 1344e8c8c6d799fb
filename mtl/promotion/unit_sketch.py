"""Which test rows were looked at, in 3 kB: enough to tell how much of one set of rows lies in another.

A row is known by the 64-bit blake2b hash of its key. A bottom-k sketch keeps the k smallest hashes of a set, which are
a uniform sample of it that is the same for whoever draws it: of two sets, the hashes below both sketches' reach can be
compared one by one. Beside them stand the exact number of rows and a digest of all, so that equal sets are known as
equal, and sets of at most k rows are compared exactly.

The hash covers the names of the key columns, too: rows of tables that are keyed by different columns are different
rows. Two tables with equal names of columns and equal keys are taken for one, which errs on the careful side.

References:
    K. Beyer, P. J. Haas, B. Reinwald, Y. Sismanis and R. Gemulla (2007), On Synopses for Distinct-Value Estimation
    Under Multiset Operations, SIGMOD, 199–210.
"""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mtl.data.splits import BETWEEN, key_names

SIZE = 256
"""k: of n hashes that can be compared, a share p has a standard error of √(p(1 − p)/n), at most .031 for n = k."""

EVERYTHING = 2**64


@dataclass(frozen=True)
class UnitSketch:
    """A set of test rows.

    Attributes:
        columns: the first 16 hexadecimal digits of the sha256 of the key columns' names.
        units: the exact number of different rows.
        digest: the sha256 of all their hashes, ascending.
        smallest: the k smallest hashes, ascending; all of them where there are no more.
    """

    columns: str
    units: int
    digest: str
    smallest: tuple[int, ...]

    @property
    def reach(self) -> int:
        """The largest hash up to which the sketch says of each whether the set holds it."""
        return EVERYTHING if self.units == len(self.smallest) else self.smallest[-1]

    def share_in(self, *others: "UnitSketch") -> float:
        """The share of these rows that at least one of the others holds, estimated unless the sketches hold all.

        Where the others are so much larger that no hash can be compared, as many rows as they have are taken to be
        among them: it is careful, not an estimate.
        """
        related = [other for other in others if other.columns == self.columns]
        if any(other.digest == self.digest for other in related):
            return 1.0
        if not related:
            return 0.0
        most = min(1.0, sum(other.units for other in related) / self.units)
        return min(most, self._found_in(related))

    def _found_in(self, others: Collection["UnitSketch"]) -> float:
        reach = min(self.reach, *(other.reach for other in others))
        comparable = [unit for unit in self.smallest if unit <= reach]
        if not comparable:
            return 1.0
        held = set[int]().union(*(other.smallest for other in others))
        return sum(unit in held for unit in comparable) / len(comparable)

    def to_text(self) -> str:
        """At most 2,830 characters for the set, so that it fits in a tag of MLflow."""
        packed = np.array(self.smallest, dtype=">u8").tobytes()
        return f"{self.columns}.{self.units}.{self.digest}.{base64.b64encode(packed).decode()}"

    @classmethod
    def from_text(cls, text: str) -> "UnitSketch":
        """What `to_text` wrote.

        Raises:
            ValueError: text that is no sketch.
        """
        columns, units, digest, packed = text.split(".")
        hashes = np.frombuffer(base64.b64decode(packed, validate=True), dtype=">u8")
        found = cls(columns, int(units), digest, tuple(int(unit) for unit in hashes))
        if not 0 < len(found.smallest) <= found.units:
            raise ValueError(f"a sketch of {units} rows cannot hold {len(found.smallest)}")
        return found


def sketch_units(keys: pd.DataFrame) -> UnitSketch:
    """The sketch of rows by their key columns, [N, columns] with N > 0, in any order.

    Raises:
        DataError: a key is missing.
    """
    columns = BETWEEN.join(map(str, keys.columns))
    hashes = np.unique(np.array([_hash(f"{columns}{BETWEEN}{name}") for name in set(key_names(keys))], dtype=">u8"))
    return UnitSketch(
        hashlib.sha256(columns.encode()).hexdigest()[:16],
        len(hashes),
        hashlib.sha256(hashes.astype(">u8").tobytes()).hexdigest(),
        tuple(int(unit) for unit in hashes[:SIZE]),
    )


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
