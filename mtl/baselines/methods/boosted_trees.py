"""Trees, each of which mends what those before it leave."""

from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from typing_extensions import override

from mtl.baselines.baseline import Problem
from mtl.baselines.design.for_trees import tree_design
from mtl.baselines.design.matrix import Matrix
from mtl.baselines.fitted_estimator import FittedEstimator
from mtl.baselines.iterations import PATIENCE, at_cap
from mtl.baselines.tree_method import TreeMethod
from mtl.extensions import BASELINES


@BASELINES.register
@final
@dataclass(frozen=True)
class BoostedTrees(TreeMethod):
    """Gradient-boosted trees (scikit-learn's, over histograms), as many as validation asks for; texts as 64 numbers."""

    noun: ClassVar[str] = "boosted trees"

    @override
    def fit(self, problem: Problem) -> "FittedTrees":
        design = tree_design()
        kind = HistGradientBoostingClassifier if problem.num_classes else HistGradientBoostingRegressor
        inputs, held_out = design.fit(problem.train.design), design.apply(problem.validation.design)
        model = kind(
            learning_rate=self.learning_rate,
            max_iter=self.iterations,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2,
            early_stopping=True,
            n_iter_no_change=PATIENCE,
            categorical_features=design.categorical,
            random_state=problem.seed,
        )
        train, validation = problem.train, problem.validation
        model.fit(inputs, train.labels, train.weights, X_val=held_out, y_val=validation.labels)
        best = int(np.argmax(model.validation_score_[1:])) + 1
        told = "" if best < self.iterations else at_cap(self.iterations)
        leaves = best * model.max_leaf_nodes * model.n_trees_per_iteration_
        return FittedTrees(design, model, problem.num_classes, best, leaves, told)


class FittedTrees(FittedEstimator):
    """The trees up to the iteration with the best validation loss."""

    @override
    def outputs(self, inputs: Matrix) -> Matrix:
        staged = self.model.staged_predict_proba if self.num_classes else self.model.staged_predict
        return next(islice(staged(inputs), self.rounds - 1, None))
