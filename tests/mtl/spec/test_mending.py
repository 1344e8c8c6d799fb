"""Every mistake of a spec is told at once, with its line, and none that only follows from another."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mtl.errors import SpecError
from mtl.extensions import FORMATS
from mtl.spec import parse_spec
from mtl.spec.mending import mend
from tests.mtl.spec.texts import changed, mistakes

SPOILT = """\
name: my study
data: {path: rows.csv, key: [id]}
features:
  numerc: [age, wieght]
  categorical: [city, "fp_*"]
tasks:
  ill: {kind: binry, metric: rmse}
  cost:
    kind: regression
    metric: rsme
  stage: {kind: multiclass, composed_of: [il]}
split: {by: group, column: wad, test: 2}
schemes: [eqal, {name: cagrad, d: 1}, equal, equal]
seeds: [0, x]
gate: {tolerance: {cst: 1}}
model: {text_encoder: lst}
baselines: [network, linar, network]
checks: {min_rows: 10, max_rows: 5}
"""


def places(lines: Sequence[str]) -> list[str]:
    """`line: key` of each mistake."""
    return [": ".join(line.partition(":")[2].split(": ")[:2]) for line in lines]


def told(folder: Path, text: str, columns: Sequence[str]) -> list[str]:
    pd.DataFrame(columns=list(columns)).to_csv(folder / "rows.csv", index=False)
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "demo.yaml", folder)
    return str(caught.value).splitlines()


def test_types_names_contradictions_and_columns_are_told_together_in_the_order_of_the_lines(tmp_path: Path) -> None:
    lines = told(tmp_path, SPOILT, ["id", "age", "weight", "city", "ill", "cost", "ward"])
    assert places(lines) == [
        "1: name",
        "4: features.numerc",
        "4: features.numerc.1",
        "5: features.categorical.1",
        "7: tasks.ill.kind",
        "10: tasks.cost.metric",
        "11: tasks.stage.composed_of",
        "11: tasks.stage.label",
        "12: split.test",
        "12: split.column",
        "13: schemes.0.name",
        "13: schemes.1.d",
        "14: seeds.1",
        "15: gate.tolerance.cst",
        "16: model.text_encoder.name",
        "17: baselines.1.name",
        "18: checks",
    ]


def test_a_misspelt_kind_is_read_as_what_was_meant_to_find_its_columns_mistakes(tmp_path: Path) -> None:
    text = SPOILT.replace("split: {by: group, column: wad, test: 2}\n", "")
    lines = told(tmp_path, text.replace('city, "fp_*"', "city"), ["id", "age", "weight", "city", "ill", "cost"])
    assert places(lines)[1:3] == ["4: features.numerc", "4: features.numerc.1"]
    assert "did you mean 'weight'?" in lines[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The task is there, though its kind is not known.
        (changed("gate: {tolerance: {ill: 1}}\n", ill="ill: {kind: binry}"), ["10: tasks.ill.kind"]),
        (changed(ill="ill:", metric="pretrained_on: [ill]"), ["10: tasks.ill"]),
        # What is left of a list is not too short, and no task is left only because it is wrong.
        (changed(schemes="schemes: [eqal]"), ["14: schemes.0.name"]),
        (changed("seeds: [x]\n"), ["15: seeds.0"]),
        (changed("split: {by: tme, column: day, as_of: 1}\n"), ["15: split.by"]),
        (changed("split: {by: group, clumn: day}\n"), ["15: split.column", "15: split.clumn"]),
        (
            changed("incumbents: {ill: {output: x}, cst: models:/a/1}\n"),
            ["15: incumbents.ill.model", "15: incumbents.cst"],
        ),
        (changed(path="pth: rows.csv", schemes="schemes: [equal, equal]"), ["3: data.pth", "14: schemes"]),
        (
            changed("gate: {tolerance: {cst: 1}, margin: x}\nseeds: [0, 0]\n"),
            ["15: gate.margin", "15: gate.tolerance.cst", "16: seeds"],
        ),
        # Positions are those that were written.
        (
            changed(schemes="schemes: [eqal, {name: cagrad, c: 0.4}, egal, {name: cagrad, d: 1}]"),
            ["14: schemes.0.name", "14: schemes.2.name", "14: schemes.3.d"],
        ),
        (
            changed(ill="ill: {kind: binary, composed_of: [cost]}", metric="composed_of: [ill]"),
            ["13: tasks.cost.composed_of"],
        ),
    ],
)
def test_what_only_follows_from_a_mistake_is_not_told(text: str, expected: list[str]) -> None:
    assert sorted(places(mistakes(text))) == sorted(expected)


def test_of_data_that_are_not_there_or_cannot_be_read_no_column_is_told(tmp_path: Path) -> None:
    text = changed(schemes="schemes: [eqal]")
    for file, content in (("rows.csv", b"\xff\xfe"), ("rows.parquet", b"no parquet"), ("rows.txt", b"id")):
        (tmp_path / file).write_bytes(content)
        with pytest.raises(SpecError) as caught:
            parse_spec(text.replace("rows.csv", file), "demo.yaml", tmp_path)
        assert places(str(caught.value).splitlines()) == ["14: schemes.0.name"]


def test_a_spec_of_which_nothing_is_left_is_not_mended() -> None:
    assert mend({}, [("features",), ("tasks",)]) is None
    assert mend({"features": {"numeric": ["x"]}, "tasks": 3}, [("tasks",)]) is None
    assert mend({"seeds": ["x"] * 1000}, [("seeds", str(n)) for n in range(1000)]) is None


def test_what_was_written_is_left_as_it_was() -> None:
    content: dict[Any, Any] = {
        "features": {"numeric": ["x"]},
        "tasks": {"y": {"kind": "binary", "x": 1}},
        "schemes": ["a", "equal"],
    }
    before = json.dumps(content)
    mended = mend(content, [("schemes", "0", "name"), ("tasks", "y", "x")])
    assert mended is not None
    assert [scheme.name for scheme in mended.spec.schemes] == ["equal"]
    assert mended.changes.written(("schemes", "0")) == ("schemes", "1")
    assert json.dumps(content) == before


@pytest.mark.parametrize("suffix", FORMATS.names)
def test_every_format_tells_its_columns_without_its_rows(tmp_path: Path, suffix: str) -> None:
    table = pd.DataFrame({"id": [1], "ä b": ["x"], "1": [2]})
    file = tmp_path / f"rows.{suffix}"
    if suffix in ("feather", "parquet"):
        (table.to_parquet if suffix == "parquet" else table.to_feather)(file)
    else:
        table.to_csv(file, index=False, sep="\t" if suffix == "tsv" else ",")
    assert FORMATS.get(suffix)().column_names(file) == ("id", "ä b", "1")
