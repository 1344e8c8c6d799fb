"""Boosted trees by LightGBM."""

from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.baselines.baseline import Problem
from mtl.baselines.design.for_trees import tree_design
from mtl.baselines.fitted_estimator import FittedEstimator
from mtl.baselines.iterations import PATIENCE, at_cap
from mtl.baselines.tree_method import TreeMethod
from mtl.extensions import BASELINES


@BASELINES.register
@final
@dataclass(frozen=True)
class LightGBM(TreeMethod):
    """As boosted_trees, by LightGBM, which grows them leaf by leaf; the extra `lightgbm` installs it."""

    noun: ClassVar[str] = "boosted trees (LightGBM)"
    needs: ClassVar[str] = "lightgbm"

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
            sample_weight=problem.train.weights,
            eval_X=held_out,
            eval_y=problem.validation.labels,
            categorical_feature=np.flatnonzero(design.categorical).tolist(),
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        best = int(model.best_iteration_ or self.iterations)
        leaves = best * model.num_leaves * model.booster_.num_model_per_iteration()
        told = "" if best < self.iterations else at_cap(self.iterations)
        return FittedEstimator(design, model, problem.num_classes, best, leaves, told)
