"""What is stored of a baseline predicts as it did, and executes nothing when it is read."""

from pathlib import Path

import numpy as np
import pytest

from mtl.baselines.baseline import Method
from mtl.baselines.fitted_estimator import FittedEstimator
from mtl.errors import MtlError
from mtl.extensions import BASELINES
from mtl.monitoring.opponents.plain_design import plain_design, restored_design
from mtl.monitoring.opponents.stored_method import FORMS, _form, read_method
from mtl.storage import write_json
from tests.mtl.baselines.problems import problem, rows_of

METHODS = {name: kind() for name, kind in BASELINES.items() if issubclass(kind, Method)}
each_method = pytest.mark.parametrize("name", METHODS)
each_kind = pytest.mark.parametrize("num_classes", [0, 2, 4], ids=["number", "two classes", "four classes"])


def stored(fitted: FittedEstimator, num_classes: int) -> FittedEstimator:
    """As arrays and plain values, and from these alone."""
    form, model = _form(fitted)
    arrays: dict[str, np.ndarray] = {}
    plain = plain_design(fitted.design, arrays)
    model_of, design_of = FORMS[form]
    return FittedEstimator(restored_design(design_of(), plain, arrays), model_of(model.arrays), num_classes)


@each_method
@each_kind
@pytest.mark.parametrize("blocks", ["nct", "n", "c", "t"])
def test_stored_baselines_predict_as_they_did(name: str, num_classes: int, blocks: str) -> None:
    asked = problem(num_classes, blocks, rows=200)
    fitted = METHODS[name].fit(asked)
    assert isinstance(fitted, FittedEstimator)
    again = stored(fitted, num_classes)
    for design in (asked.validation.design, rows_of(np.linspace(0, 3.9, 30), blocks, seed=77)):
        np.testing.assert_allclose(again.predict(design), fitted.predict(design), rtol=1e-9, atol=1e-9)


@each_method
def test_cells_that_training_never_saw_go_the_same_way(name: str) -> None:
    fitted = METHODS[name].fit(problem(4, rows=200))
    assert isinstance(fitted, FittedEstimator)
    strange = rows_of(np.full(3, 3.5), "nct", seed=9)
    numbers, codes, texts = strange.blocks
    numbers.values[:] = [[np.nan] * 3, [1e9, -1e9, 5.0], [-1e30, 0.0, 1.0]]
    codes.values[:] = 9999
    texts.values[:] = ["", "unheard", "😀"]
    np.testing.assert_allclose(stored(fitted, 4).predict(strange), fitted.predict(strange), rtol=1e-9)


def test_what_has_no_such_form_is_refused() -> None:
    class Strange(FittedEstimator):
        """Somebody's own."""

    fitted = METHODS["linear"].fit(problem(0, "n", rows=50))
    assert isinstance(fitted, FittedEstimator)
    with pytest.raises(MtlError, match="a object cannot be stored without pickle"):
        _form(Strange(fitted.design, object(), 0))
    vars(fitted.design.parts[0])["odd"] = object()
    with pytest.raises(MtlError, match="cannot be stored without pickle"):
        plain_design(fitted.design, {})


def test_another_format_is_told(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"one": np.zeros(1)}, tmp_path / "arrays.safetensors")
    write_json(tmp_path / "method.json", {"format": 99})
    with pytest.raises(MtlError, match="is of format 99; this version reads 1"):
        read_method(tmp_path)
