"""An exported model predicts from raw columns what the version predicts, in another runtime."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mtl.data.transforms import Transforms
from mtl.errors import MtlError
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.models.sharing.soft import Soft
from mtl.models.sharing_way import Sharing
from mtl.serving import onnx_export
from mtl.serving.bundle import Bundle, load_bundle, predictions_in, write_bundle
from mtl.serving.onnx_export import asked, export_onnx, onnx_model
from mtl.spec import FeaturesSpec, ModelSpec
from mtl.tasks.task import Task
from tests.mtl.serving import wide

TASKS = (
    Task("ill", "binary", "bce", "roc_auc", True, 0.0, 1.0, (), 0.7),
    Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("early", "late", "none"), 1.1),
    Task("weight", "regression", "mse", "r2", False, 100.0, 25.0, (), 1.0, ("ill", "stage")),
    Task("old", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
)
CITIES = [f"town {k}" for k in range(30)]


def table(count: int = 400) -> pd.DataFrame:
    """Numbers with and without gaps, one that is always the same, truth values, a category of rare and many levels."""
    draw = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "age": draw.normal(50, 10, count),
            "weight": draw.normal(0, 1e6, count),
            "same": np.full(count, 3.0),
            "smokes": draw.choice([True, False], count),
            "moved": pd.Series(draw.choice([1.0, 0.0, np.nan], count)),
            "city": draw.choice(CITIES, count, p=np.arange(1, 31) / 465).astype(object),
            "ward": draw.choice(["7", "8", "x"], count).astype(object),
        }
    )
    rows.loc[::7, "age"] = np.nan
    rows.loc[::5, "city"] = None
    return rows


FEATURES = FeaturesSpec(
    {"numeric": ("age", "weight", "same"), "boolean": ("smokes", "moved"), "categorical": ("city", "ward")}
)


def bundle(folder: Path, members: int = 1, sharing: Sharing | None = None, features: FeaturesSpec = FEATURES) -> Bundle:
    model = ModelSpec(trunk=(8, 6), category_width=3, rare_levels=8, max_levels=10, members=members)
    transforms = Transforms.fit(features, model, table())
    shape = NetworkShape.of(transforms, model, TASKS, *([sharing] if sharing else []))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        weights = MultiTaskNetwork(shape).state_dict()
    write_bundle(folder, TASKS, transforms, shape, weights, table()[:5])
    return load_bundle(folder)


@pytest.fixture(scope="module", params=[1, 4], ids="{}_members".format)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, Path]:
    folder = tmp_path_factory.mktemp("exported")
    made = bundle(folder / "bundle", request.param)
    names = export_onnx(made, {"mtl.model": "demo", "mtl.version": "7"}, folder / "demo.onnx")
    assert names == ("stage", "prediction.weight", "old")  # one task is auxiliary, and one has an input's name
    return made, folder / "demo.onnx"


def require_same(made: Bundle, file: Path, rows: pd.DataFrame) -> None:
    found = onnxruntime.InferenceSession(file).run(None, asked(made, rows))
    answer = made.predict(rows)
    for task, values in zip(made.tasks, found, strict=True):
        expected = predictions_in(task, answer).reshape(values.shape)
        np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6 * task.scale)


def test_many_rows(exported: tuple[Bundle, Path]) -> None:
    require_same(*exported, table())


NUMBERS = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1e39, -3.4e38, 50.0])
NAMES = st.none() | st.sampled_from([*CITIES, "town 99", "8", ""]) | st.text(max_size=3)


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, *[st.sampled_from([None, True, False])] * 2, NAMES, NAMES)))
def test_whatever_the_cells_hold(exported: tuple[Bundle, Path], cells: Sequence[Sequence[object]]) -> None:
    """But for texts that spell a number in another way than the server, which looks 7.0 up as 7."""
    made, file = exported
    rows = pd.DataFrame([*cells, [None] * 7], columns=list(table().columns), dtype=object)
    spelled = rows[["city", "ward"]].map(lambda name: isinstance(name, str) and (name == "" or name.strip() != name))
    numeric = rows[["city", "ward"]].map(
        lambda name: isinstance(name, str) and name not in ("7", "8") and _is_number(name)
    )
    rows = rows.assign(**{name: rows[name].mask(spelled[name] | numeric[name], None) for name in ("city", "ward")})
    require_same(made, file, rows)


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def test_the_file_says_what_it_is_and_what_its_numbers_mean(exported: tuple[Bundle, Path]) -> None:
    model = onnx.load(exported[1])
    about = {each.key: each.value for each in model.metadata_props}
    assert (about["mtl.model"], about["mtl.version"]) == ("demo", "7")
    assert json.loads(about["classes.stage"]) == ["early", "late", "none"]
    assert "NaN is a missing number" in model.doc_string
    shapes = {
        value.name: [each.dim_param or each.dim_value for each in value.type.tensor_type.shape.dim]
        for value in [*model.graph.input, *model.graph.output]
    }
    assert shapes == {
        **{name: ["N", 1] for name in table().columns},
        "stage": ["N", 3],
        "prediction.weight": ["N", 1],
        "old": ["N", 1],
    }


def test_thirty_numbers_to_six_tasks(tmp_path: Path) -> None:
    made = load_bundle(wide.bundle(tmp_path / "bundle"))
    assert export_onnx(made, {}, tmp_path / "wide.onnx") == tuple(f"task_{k}" for k in range(6))
    require_same(made, tmp_path / "wide.onnx", wide.rows(1000))


def test_texts_are_refused_in_a_line_that_says_what_is_not(folder: Path) -> None:
    with pytest.raises(
        MtlError, match=r"does not carry features of kind text \(note\): exported are models of numeric, "
    ):
        onnx_model(load_bundle(folder), {})


def test_another_way_of_sharing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MtlError, match="ONNX is written of hard sharing"):
        onnx_model(bundle(tmp_path / "soft", sharing=Soft()), {})


def test_other_numbers_are_no_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bundle(tmp_path / "bundle")
    wrong = onnx_model(replace(made, trained=(*TASKS[:2], replace(TASKS[2], mean=101.0), TASKS[3])), {})
    monkeypatch.setattr(onnx_export, "onnx_model", lambda *_: wrong)
    with pytest.raises(
        MtlError, match=r"nothing is written: of task weight the exported model predicts .*, and the ver"
    ):
        export_onnx(made, {}, tmp_path / "wrong.onnx")
    assert not (tmp_path / "wrong.onnx").exists()
