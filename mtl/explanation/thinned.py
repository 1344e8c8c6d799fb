"""The same arrays with fewer training labels: what a study would have had of fewer rows."""

import shutil

import numpy as np
from numpy.typing import NDArray

from mtl.data.prepared import OF_ROWS, Prepared
from mtl.manifest import MANIFEST, is_intact, kept_folder
from mtl.provenance import digest_of

LABELS = "labels.npy"


def thinned(prepared: Prepared, share: float, seed: int) -> Prepared:
    """Prepared arrays that keep the training labels of a share of the units, in (0, 1], drawn at random.

    Units are kept or left out whole, so that nothing of a group that is left out is known. Validation, transforms and
    tasks are as they were. A smaller share keeps a part of what a larger one keeps, with the same seed.
    """
    if share >= 1.0:
        return prepared
    digest = digest_of(prepared.digest, "thinned", share, seed)
    less = Prepared(prepared.path.with_name(digest), digest)
    if not is_intact(less.path):
        with kept_folder(less.path) as partial:
            shutil.copytree(prepared.path, partial, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MANIFEST))
            side = prepared.side("train")
            np.save(partial / "train" / OF_ROWS / LABELS, _kept(side.labels, side.units, share, seed))
    return less


def _kept(labels: NDArray[np.float64], units: NDArray[np.int64], share: float, seed: int) -> NDArray[np.float64]:
    known, of_row = np.unique(units, return_inverse=True)
    rank = np.random.default_rng(seed).permutation(len(known))
    kept = rank < max(1, round(share * len(known)))
    less: NDArray[np.float64] = np.where(kept[of_row][:, None], labels, np.nan)
    return less
