"""What solvers say of not converging is kept; anything else is told on."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from mtl.baselines.solver_warnings import converging


def test_a_solver_that_did_not_converge_is_noted_and_not_told_on() -> None:
    with converging() as trouble:
        warnings.warn("too few steps", ConvergenceWarning, stacklevel=1)
    assert trouble == ["too few steps"]


def test_another_warning_goes_on() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with converging() as trouble:
            warnings.warn("something else", UserWarning, stacklevel=1)
    assert [str(warning.message) for warning in told] == ["something else"]
    assert trouble == []


def test_silence_is_convergence() -> None:
    with converging() as trouble:
        pass
    assert trouble == []
