"""scikit-learn's boosted trees as arrays, and what they predict: nothing of scikit-learn is needed to read them.

All nodes of all trees lie one after the other. A row begins at the first node of each tree and goes left or right until
it stands on a leaf, all rows at once.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from mtl.baselines.fitted_estimator import Estimator
from mtl.monitoring.opponents.plain_design import Arrays

FloatArray = NDArray[np.float64]

OF_NODES = (
    "value",
    "feature_idx",
    "num_threshold",
    "missing_go_to_left",
    "left",
    "right",
    "is_leaf",
    "is_categorical",
    "bitset_idx",
)
"""What is kept of a node; `left`, `right` and `bitset_idx` count within their tree."""


@dataclass(frozen=True, eq=False)
class StoredTrees:
    """Trees with the interface of an estimator.

    Attributes:
        arrays: `OF_NODES`; `roots` [iterations, K], the first node of each tree; `sets` likewise, the first of its sets
            of categories; `categories` [S, 8], the bits of those that go left; `baseline` [K]; `order` [D], the columns
            as the trees count them; `classes`, those that training rows have, empty where labels are numbers.
    """

    arrays: Arrays

    @classmethod
    def of(cls, model: Estimator, rounds: int) -> Self:
        """The first rounds of a HistGradientBoostingRegressor or -Classifier."""
        trees = [tree for iteration in model._predictors[:rounds] for tree in iteration]
        nodes = np.concatenate([tree.nodes for tree in trees])
        shape = (rounds, model.n_trees_per_iteration_)
        roots = np.cumsum([0, *(len(tree.nodes) for tree in trees[:-1])]).reshape(shape)
        sets = np.cumsum([0, *(len(tree.raw_left_cat_bitsets) for tree in trees[:-1])]).reshape(shape)
        flags = model.is_categorical_
        flags = np.zeros(model.n_features_in_, dtype=bool) if flags is None else flags
        return cls(
            {name: np.ascontiguousarray(nodes[name]) for name in OF_NODES}
            | {
                "roots": roots,
                "sets": sets,
                "categories": np.concatenate([tree.raw_left_cat_bitsets.reshape(-1, 8) for tree in trees]),
                "baseline": np.ravel(model._baseline_prediction).astype(np.float64),
                # Columns of categories come first.
                "order": np.argsort(~flags, kind="stable"),
                "classes": np.asarray(getattr(model, "classes_", np.zeros(0)), dtype=np.float64),
            }
        )

    @property
    def classes_(self) -> FloatArray:
        """The indices of the classes that training rows have."""
        return self.arrays["classes"]

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Numbers, [n]."""
        return self._sums(inputs)[:, 0]

    def predict_proba(self, inputs: FloatArray) -> FloatArray:
        """Probabilities of the classes that training rows have, [n, C]."""
        sums = self._sums(inputs)
        if sums.shape[1] > 1:
            return np.asarray(softmax(sums, axis=1), dtype=np.float64)
        second = expit(sums[:, 0])
        return np.stack([1.0 - second, second], axis=1)

    def _sums(self, inputs: FloatArray) -> FloatArray:
        ordered = np.asarray(inputs, dtype=np.float64)[:, self.arrays["order"]]
        roots, sets = self.arrays["roots"], self.arrays["sets"]
        sums = np.tile(self.arrays["baseline"], (len(ordered), 1))
        for iteration in range(len(roots)):
            for k in range(roots.shape[1]):
                sums[:, k] += self._tree(ordered, int(roots[iteration, k]), int(sets[iteration, k]))
        return sums

    def _tree(self, inputs: FloatArray, root: int, first_set: int) -> FloatArray:
        """The value of the leaf that each row comes to."""
        at = np.full(len(inputs), root)
        under_way = np.flatnonzero(self.arrays["is_leaf"][at] == 0)
        while len(under_way):
            node = at[under_way]
            left = self._goes_left(inputs[under_way, self.arrays["feature_idx"][node]], node, first_set)
            at[under_way] = root + np.where(left, self.arrays["left"][node], self.arrays["right"][node])
            under_way = under_way[self.arrays["is_leaf"][at[under_way]] == 0]
        values: FloatArray = self.arrays["value"][at]
        return values

    def _goes_left(self, cells: FloatArray, node: NDArray[np.int64], first_set: int) -> NDArray[np.bool_]:
        missing, named = np.isnan(cells), self.arrays["is_categorical"][node] == 1
        left = np.where(
            missing, self.arrays["missing_go_to_left"][node] == 1, cells <= self.arrays["num_threshold"][node]
        )
        chosen = named & ~missing
        if chosen.any():
            code = cells[chosen].astype(np.int64)
            bits = self.arrays["categories"][first_set + self.arrays["bitset_idx"][node[chosen]], code // 32]
            left[chosen] = (bits >> (code % 32).astype(np.uint32)) & np.uint32(1) == 1
        return np.asarray(left, dtype=np.bool_)
