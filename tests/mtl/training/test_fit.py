"""Runs that can be repeated to the bit, stop in time, and fail without taking their last good weights with them."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from mtl.catalog import entry_name
from mtl.data.prepared import Side
from mtl.extensions import SCHEMES
from mtl.models.batch import to_batch
from mtl.models.shape import NetworkShape
from mtl.models.sharing.soft import Soft, SoftBody
from mtl.models.sharing_way import Sharing
from mtl.spec import TrainingSpec
from mtl.tasks.criterion import Criterion
from mtl.tasks.targets import targets
from mtl.training.bar import NO_BAR, Bar
from mtl.training.fit import Budget, TrainedNetwork, fit
from mtl.weighting.scheme import Scheme
from mtl.weighting.schemes.equal import Equal
from mtl.weighting.schemes.fixed import Fixed
from tests.mtl.studies import SmallStudy, small_study
from tests.mtl.training.cases import WAYS, raw_outputs
from tests.mtl.weighting.families import scheme_of_tasks


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("fit"))


def fitted(
    study: SmallStudy, scheme: Scheme, seed: int = 0, sharing: Sharing | None = None, **training: object
) -> TrainedNetwork:
    settings = {"epochs": 3, "patience": 3, "batch_size": 256, **training}
    tasks = study.prepared.tasks
    shape = NetworkShape.of(study.prepared.transforms, study.spec.model, tasks, sharing)
    budget = Budget(shape, TrainingSpec.model_validate(settings), seed)
    return fit(tasks, scheme, study.prepared.side("train"), study.prepared.side("validation"), budget)


def weights(run: TrainedNetwork) -> dict[str, torch.Tensor]:
    return run.network.state_dict()


@pytest.mark.parametrize("name", SCHEMES.names)
def test_every_scheme_trains_on_mixed_kinds_with_missing_labels(study: SmallStudy, name: str) -> None:
    tasks = tuple(study.spec.tasks)
    run = fitted(study, scheme_of_tasks(name, tasks, study.spec.depths()), epochs=2)
    assert run.failure is None
    assert run.epochs == 2
    assert all(torch.isfinite(value).all() for value in weights(run).values())
    assert all(np.isfinite(run.history[f"weight/{task}"]).all() for task in tasks)
    cosines = [run.history[key] for key in run.history if key.startswith("cosine/")]
    assert len(cosines) == 6
    assert np.abs(cosines).max() <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["equal", "gradnorm", "pcgrad", "famo", "random"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(study: SmallStudy, name: str) -> None:
    scheme = scheme_of_tasks(name, tuple(study.spec.tasks), study.spec.depths())
    first, again, other = fitted(study, scheme, 0), fitted(study, scheme, 0), fitted(study, scheme, 1)
    assert all(torch.equal(weights(first)[key], weights(again)[key]) for key in weights(first))
    assert first.history == again.history
    assert not all(torch.equal(weights(first)[key], weights(other)[key]) for key in weights(first))


@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_the_same_seed_gives_the_same_bytes_under_every_way_of_sharing(study: SmallStudy, sharing: Sharing) -> None:
    first, again, other = (fitted(study, Equal(), seed, sharing, epochs=1) for seed in (0, 0, 1))
    assert all(torch.equal(weights(first)[key], weights(again)[key]) for key in weights(first))
    assert not all(torch.equal(weights(first)[key], weights(other)[key]) for key in weights(first))


def test_a_stronger_penalty_brings_the_networks_of_soft_sharing_closer_together(study: SmallStudy) -> None:
    def spread(strength: float) -> float:
        run = fitted(study, Equal(), sharing=Soft(strength=strength), learning_rate=0.01, epochs=4)
        body = run.network.body
        assert isinstance(body, SoftBody)
        same = zip(*(network.parameters() for network in body.bodies), strict=True)
        return sum(float(torch.stack(list(theta)).detach().std(dim=0).sum()) for theta in same)

    assert spread(10.0) < 0.5 * spread(0.0)


def test_there_are_cosines_where_something_is_shared_and_nan_where_nothing_is(study: SmallStudy) -> None:
    for sharing in WAYS:
        history = fitted(study, Equal(), sharing=sharing, epochs=1).history
        cosines = [history[key] for key in history if key.startswith("cosine/")]
        assert len(cosines) == 6
        assert np.isnan(cosines).all() != sharing.shares_parameters
        assert np.isfinite(cosines).all() == sharing.shares_parameters


def test_training_leaves_the_global_generator_as_it_was(study: SmallStudy) -> None:
    before = torch.get_rng_state()
    fitted(study, Equal(), 7, epochs=1)
    assert torch.equal(torch.get_rng_state(), before)


def test_training_lowers_the_loss_below_the_best_constant(study: SmallStudy) -> None:
    run = fitted(study, Equal(), epochs=12, patience=12)
    hba1c = next(task for task in study.prepared.tasks if task.name == "hba1c")
    assert min(run.history["validation/hba1c/loss"]) < 0.95 * hba1c.prior_loss


def patient(
    study: SmallStudy, epochs: int, checkpoint: Path | None = None, rate: float = 0.02, bar: Bar = NO_BAR
) -> TrainedNetwork:
    tasks, prepared = study.prepared.tasks, study.prepared
    shape = NetworkShape.of(study.prepared.transforms, study.spec.model, tasks)
    training = TrainingSpec(epochs=epochs, patience=2, batch_size=64, learning_rate=rate)
    budget = Budget(shape, training, 0, bar)
    return fit(tasks, Equal(), prepared.side("train"), prepared.side("validation"), budget, checkpoint)


def test_a_run_stops_once_validation_stands_still_at_a_tenth_of_the_rate_too(study: SmallStudy) -> None:
    run = patient(study, epochs=60)
    assert run.converged
    assert run.slowed_at is not None
    assert run.epochs == max(run.best_epoch + 1, run.slowed_at) + 2
    assert len(run.history["loss/hba1c"]) == run.epochs


def test_a_rate_that_is_too_high_is_mended_by_its_tenth(study: SmallStudy) -> None:
    run = patient(study, epochs=60, rate=0.2)
    assert run.slowed_at is not None
    assert run.best_epoch >= run.slowed_at


def test_the_cap_on_epochs_ends_a_run_that_has_not_converged(study: SmallStudy) -> None:
    assert not patient(study, epochs=2).converged


@pytest.mark.parametrize("stop", [1, 3, 5, 8])
def test_a_run_that_goes_on_ends_as_one_that_never_stopped(study: SmallStudy, tmp_path: Path, stop: int) -> None:
    whole = patient(study, epochs=60)
    patient(study, epochs=stop, checkpoint=tmp_path / "run.checkpoint")
    resumed = patient(study, epochs=60, checkpoint=tmp_path / "run.checkpoint")
    assert (resumed.epochs, resumed.best_epoch, resumed.converged) == (whole.epochs, whole.best_epoch, whole.converged)
    assert all(torch.equal(weights(resumed)[name], value) for name, value in weights(whole).items())
    assert str(resumed.history) == str(whole.history)


def test_a_trial_stops_after_the_epoch_in_which_it_is_behind_the_bar(study: SmallStudy, tmp_path: Path) -> None:
    """And goes on from any epoch before to the same bytes."""
    bar = (math.inf, math.inf, 1e-9, 1e-9)
    whole = patient(study, epochs=60, bar=bar)
    assert (whole.pruned, whole.epochs, whole.converged) == (True, 3, False)
    for stop in (1, 2, 3):
        checkpoint = tmp_path / f"{stop}.checkpoint"
        patient(study, epochs=stop, checkpoint=checkpoint, bar=bar)
        resumed = patient(study, epochs=60, checkpoint=checkpoint, bar=bar)
        assert (resumed.pruned, resumed.epochs) == (True, 3)
        assert all(torch.equal(weights(resumed)[name], value) for name, value in weights(whole).items())
        assert str(resumed.history) == str(whole.history)


def test_a_trial_that_keeps_up_is_a_run_like_any_other(study: SmallStudy) -> None:
    whole, trial = patient(study, epochs=60), patient(study, epochs=60, bar=(100.0,) * 60)
    assert not trial.pruned
    assert all(torch.equal(weights(trial)[name], value) for name, value in weights(whole).items())
    last = (*(math.inf,) * (whole.epochs - 1), 0.0)
    assert not patient(study, epochs=60, bar=last).pruned


def test_a_run_that_diverges_says_so_and_keeps_finite_weights(study: SmallStudy) -> None:
    run = fitted(study, Fixed((1e39, 1e39, 1e39, 1e39)))
    assert run.failure is not None
    assert "NaN or infinite" in run.failure
    assert all(torch.isfinite(value).all() for value in weights(run).values())


def test_l1_drives_weights_towards_zero(study: SmallStudy) -> None:
    sizes = [
        sum(
            float(value.abs().sum())
            for key, value in weights(fitted(study, Equal(), l1=l1, epochs=6)).items()
            if "weight" in key
        )
        for l1 in (0.0, 0.01)
    ]
    assert sizes[1] < 0.8 * sizes[0]


@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_members_are_trained_under_every_way_of_sharing_and_their_mean_is_better_than_they_are(
    study: SmallStudy, sharing: Sharing
) -> None:
    """By Jensen's inequality: squared errors and log losses are convex in the prediction."""
    tasks, prepared = study.prepared.tasks, study.prepared
    model = study.spec.model.model_copy(update={"members": 4})
    shape = NetworkShape.of(prepared.transforms, model, tasks, sharing)
    training = TrainingSpec(epochs=3, patience=3, batch_size=256)
    run = fit(tasks, Equal(), prepared.side("train"), prepared.side("validation"), Budget(shape, training, 0))
    network, rows = run.network.eval(), to_batch(prepared.side("validation").inputs)
    with torch.no_grad():
        together, apart = network(rows), raw_outputs(network, rows)
    wanted = torch.stack([targets(task, prepared.side("validation").labels[:, k]) for k, task in enumerate(tasks)], 1)
    observed = torch.from_numpy(~np.isnan(prepared.side("validation").labels)).float()
    criterion = Criterion(tasks)
    of_mean = criterion(torch.cat(together, dim=1), wanted, observed).losses
    of_members = criterion(torch.cat(apart, dim=1), wanted.repeat(4, 1), observed.repeat(4, 1)).losses
    assert (of_mean < of_members).all()
    assert run.failure is None


def test_rows_without_any_label_of_the_run_change_nothing(study: SmallStudy) -> None:
    tasks = (study.prepared.tasks[0],)
    train, validation = (study.prepared.side(side).of_tasks([0]) for side in ("train", "validation"))
    kept = ~np.isnan(train.labels[:, 0])
    assert not kept.all()
    labelled = Side(train.inputs.rows(kept), train.labels[kept], train.units[kept], train.rows[kept])
    shape = NetworkShape.of(study.prepared.transforms, study.spec.model, tasks)
    budget = Budget(shape, TrainingSpec(epochs=2, batch_size=256), 0)
    one, other = (weights(fit(tasks, Equal(), side, validation, budget)) for side in (train, labelled))
    assert all(torch.equal(value, other[key]) for key, value in one.items())
