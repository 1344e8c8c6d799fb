"""Boosted trees by LightGBM."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.baselines.baseline import Method, Problem
from mtl.baselines.design.for_trees import tree_design
from mtl.baselines.fitted_estimator import FittedEstimator
from mtl.baselines.iterations import PATIENCE, at_cap
from mtl.baselines.tree_options import RANGES, LeafCount
from mtl.extensions import BASELINES
from mtl.options import Count, NonNegative, Positive
from mtl.ranges import Range


@BASELINES.register
@final
@dataclass(frozen=True)
class LightGBM(Method):
    """As boosted_trees, by LightGBM, which grows them leaf by leaf; the extra `lightgbm` installs it.

    Attributes:
        iterations: at most so many rounds; a fit whose best is the last of them has not converged.
        learning_rate: share of each tree that counts.
        max_leaf_nodes: leaves that a tree may have.
        min_samples_leaf: training rows that a leaf holds at least.
        l2: weight of the squared values of the leaves.
    """

    noun: ClassVar[str] = "boosted trees (LightGBM)"
    needs: ClassVar[str] = "lightgbm"
    ranges: ClassVar[Mapping[str, Range]] = RANGES
    iterations: Count = 2000
    learning_rate: Positive = 0.05
    max_leaf_nodes: LeafCount = 31
    min_samples_leaf: Count = 20
    l2: NonNegative = 0.0

    @override
    def fit(self, problem: Problem) -> FittedEstimator:
        lightgbm = import_module(self.needs)  # an extra that need not be installed
        design = tree_design()
        kind = lightgbm.LGBMClassifier if problem.num_classes else lightgbm.LGBMRegressor
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        model = kind(
            n_estimators=self.iterations,
            learning_rate=self.learning_rate,
            num_leaves=self.max_leaf_nodes,
            min_child_samples=self.min_samples_leaf,
            reg_lambda=self.l2,
            random_state=problem.seed,
            n_jobs=1,
            deterministic=True,
            force_row_wise=True,
            verbose=-1,
        )
        model.fit(
            inputs,
            problem.train.labels,
            eval_X=held_out,
            eval_y=problem.validation.labels,
            categorical_feature=np.flatnonzero(design.categorical).tolist(),
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        best = int(model.best_iteration_ or self.iterations)
        leaves = best * model.num_leaves * model.booster_.num_model_per_iteration()
        told = "" if best < self.iterations else at_cap(self.iterations)
        return FittedEstimator(design, model, problem.num_classes, best, leaves, told)
