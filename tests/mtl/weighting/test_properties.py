"""What every scheme of the catalog promises."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from mtl.extensions import SCHEMES
from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Observation, State
from tests.mtl.weighting.families import (
    DEGENERATE,
    GENERIC,
    LABELS,
    VARIANTS,
    Variant,
    gradients,
    observe,
    run,
    scheme_for,
    training,
)

every_scheme = pytest.mark.parametrize("variant", VARIANTS, ids=LABELS)
seeds = st.integers(0, 2**32)
few = settings(max_examples=15, deadline=None, derandomize=True, database=None)


def declaring(**promises: object) -> pytest.MarkDecorator:
    """The schemes with these class variables."""
    chosen = [
        (variant, label)
        for variant, label in zip(VARIANTS, LABELS, strict=True)
        if all(getattr(scheme_for(variant, 2), name) == value for name, value in promises.items())
    ]
    return pytest.mark.parametrize("variant", [v for v, _ in chosen], ids=[label for _, label in chosen])


def assert_same_state(left: State, right: State) -> None:
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name])


def assert_same_direction(weights: FloatArray, expected: FloatArray, J: FloatArray) -> None:
    """Equal up to rounding in units of the longest terms that the directions may be made of."""
    longest = np.linalg.norm(J, axis=1).max()
    scale = max(np.abs(expected).sum(), 1e-9) * longest
    assert np.linalg.norm((weights - expected) @ J) <= 1e-5 * scale


def determined(variant: Variant, family: str) -> str:
    """The family, or another one where float64 leaves the scheme's weights open."""
    # Aligned divides by the square roots of the eigenvalues of G, the small ones of which are then rounding.
    return "random" if variant[0] == "aligned" and family == "scaled" else family


@every_scheme
@given(st.sampled_from(GENERIC + DEGENERATE), st.sampled_from([1, 2, 3, 6, 50]), seeds)
@few
def test_weights_are_finite_and_the_state_keeps_its_form(
    variant: Variant, family: str, num_tasks: int, seed: int
) -> None:
    scheme = scheme_for(variant, num_tasks)
    initial = scheme.init(num_tasks, seed)
    weights, state = run(scheme, training(family, num_tasks, seed), initial)
    for step_weights in weights:
        assert step_weights.shape == (num_tasks,)
        assert step_weights.dtype == np.float64
        assert np.isfinite(step_weights).all()
    assert state.keys() == initial.keys()
    for name, values in state.items():
        assert values.dtype == np.float64
        assert isinstance(values, np.ndarray)
        assert values.shape in {(), (num_tasks,), (num_tasks, num_tasks)}
        assert values.shape == initial[name].shape
        assert not np.isinf(values).any()


@every_scheme
@given(st.sampled_from(GENERIC), seeds)
@few
def test_same_inputs_give_same_outputs_and_stay_unchanged(variant: Variant, family: str, seed: int) -> None:
    scheme = scheme_for(variant, 4)
    _, state = run(scheme, training(family, 4, seed), scheme.init(4, seed))
    observation = observe(gradients(family, 4, seed), seed, epoch=3)
    assert observation.gramian is not None
    assert observation.losses_after is not None
    before = {name: values.copy() for name, values in state.items()}
    inputs = [observation.losses.copy(), observation.gramian.copy(), observation.losses_after.copy()]

    first, first_state = scheme.weigh(observation, state)
    first[:] = -1.0  # a caller may write into its weights
    second, second_state = scheme.weigh(observation, state)
    third, _ = scheme.weigh(observation, state)

    np.testing.assert_array_equal(second, third)
    assert_same_state(first_state, second_state)
    assert_same_state(state, before)
    for kept, now in zip(inputs, [observation.losses, observation.gramian, observation.losses_after], strict=True):
        np.testing.assert_array_equal(kept, now)


@every_scheme
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_a_run_resumed_from_a_file_goes_on_as_if_never_stopped(variant: Variant, suffix: str) -> None:
    scheme = scheme_for(variant, 4)
    observations = training("random", 4, seed=5, steps=10)
    expected, _ = run(scheme, observations, scheme.init(4, seed=7))
    _, state = run(scheme, observations[:5], scheme.init(4, seed=7))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"state.{suffix}"
        if suffix == "npz":
            np.savez(path, allow_pickle=False, **state)
            with np.load(path) as stored:
                state = {name: stored[name] for name in stored.files}
        elif state:
            save_file(state, path)
            state = load_file(path)
    resumed, _ = run(scheme, observations[5:], state)
    np.testing.assert_array_equal(resumed, expected[5:])


@declaring(equivariant=True)
@given(st.sampled_from(GENERIC + DEGENERATE), st.integers(2, 8), seeds)
@few
def test_permuting_the_tasks_permutes_the_weights(variant: Variant, family: str, num_tasks: int, seed: int) -> None:
    family = determined(variant, family)
    order = np.random.default_rng(seed).permutation(num_tasks)
    observations = training(family, num_tasks, seed)
    permuted = [
        replace(
            observation,
            losses=observation.losses[order],
            gramian=None if observation.gramian is None else observation.gramian[np.ix_(order, order)],
            losses_after=None if observation.losses_after is None else observation.losses_after[order],
        )
        for observation in observations
    ]
    scheme = scheme_for(variant, num_tasks)
    weights, _ = run(scheme, observations, scheme.init(num_tasks, seed=0))
    weights_permuted, _ = run(scheme, permuted, scheme.init(num_tasks, seed=0))
    for step in range(len(weights)):
        if family in GENERIC:
            np.testing.assert_allclose(weights_permuted[step], weights[step][order], rtol=1e-6, atol=1e-12)
        elif family != "no gradient":
            # Weights of linearly dependent gradients are not unique, the direction is.
            J = gradients(family, num_tasks, seed + step)
            assert_same_direction(weights_permuted[step][order.argsort()], weights[step], J)


@pytest.mark.parametrize("name", [name for name, scheme in SCHEMES.items() if scheme.degree is not None])
@given(st.sampled_from(GENERIC), st.integers(2, 8), seeds, st.sampled_from([1e-3, 7.0, 1e4]))
@few
def test_multiplying_the_losses_multiplies_the_weights_by_the_declared_power(
    name: str, family: str, num_tasks: int, seed: int, factor: float
) -> None:
    variant: Variant = (name, {})
    scheme = scheme_for(variant, num_tasks)
    power = factor ** (scheme.degree or 0.0)
    observations = training(determined(variant, family), num_tasks, seed)
    scaled = [
        Observation(
            factor * observation.losses,
            None if observation.gramian is None else factor**2 * observation.gramian,
            None if observation.losses_after is None else factor * observation.losses_after,
            observation.epoch,
        )
        for observation in observations
    ]
    weights, _ = run(scheme, observations, scheme.init(num_tasks, seed))
    weights_scaled, _ = run(scheme, scaled, scheme.init(num_tasks, seed))
    np.testing.assert_allclose(weights_scaled, power * np.array(weights), rtol=1e-6, atol=1e-12 * power)


@declaring(non_conflicting=True)
@given(st.sampled_from(GENERIC + DEGENERATE), st.sampled_from([1, 2, 3, 6, 20]), seeds)
@few
def test_the_direction_conflicts_with_no_task(variant: Variant, family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    scheme = scheme_for(variant, num_tasks)
    weights, _ = scheme.weigh(observe(J, seed), scheme.init(num_tasks, seed))
    norms = np.linalg.norm(J, axis=1)
    slack = 1e-8 * norms * (np.abs(weights) @ norms)
    assert ((J @ (weights @ J)) >= -slack).all()


@every_scheme
@given(st.sampled_from(GENERIC), st.lists(st.booleans(), min_size=5, max_size=5), seeds)
@few
def test_an_absent_task_weighs_nothing_and_keeps_its_state(
    variant: Variant, family: str, flags: list[bool], seed: int
) -> None:
    present = np.array(flags)
    scheme = scheme_for(variant, 5)
    _, state = run(scheme, training(family, 5, seed), scheme.init(5, seed))
    observation = observe(gradients(family, 5, seed), seed, epoch=3)
    weights, advanced = weigh_present(scheme, _unreadable(observation, ~present), state, present, "abcde")

    assert (weights[~present] == 0.0).all()
    if not present.any():
        assert_same_state(advanced, state)
        return
    alone, alone_state = scheme.weigh(_only(observation, present), _only_state(state, present))
    np.testing.assert_allclose(weights[present], alone, rtol=1e-12)
    for name, values in advanced.items():
        if values.ndim == 0:
            np.testing.assert_array_equal(values, alone_state[name])
            continue
        inside = np.ix_(*[present] * values.ndim)
        np.testing.assert_allclose(values[inside], alone_state[name], rtol=1e-12)
        held, was = values.copy(), state[name].copy()
        held[inside] = was[inside] = 0.0
        np.testing.assert_array_equal(held, was)


def _unreadable(observation: Observation, absent: FloatArray) -> Observation:
    """NaN in place of all that concerns the absent tasks."""
    losses, gramian = observation.losses.copy(), np.array(observation.gramian)
    after = np.array(observation.losses_after)
    losses[absent] = gramian[absent] = gramian[:, absent] = after[absent] = np.nan
    return replace(observation, losses=losses, gramian=gramian, losses_after=after)


def _only(observation: Observation, present: FloatArray) -> Observation:
    assert observation.gramian is not None
    assert observation.losses_after is not None
    gramian = observation.gramian[present][:, present]
    return Observation(observation.losses[present], gramian, observation.losses_after[present], observation.epoch)


def _only_state(state: State, present: FloatArray) -> State:
    return {name: values[np.ix_(*[present] * values.ndim)] if values.ndim else values for name, values in state.items()}
