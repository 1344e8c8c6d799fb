"""The JSON Schema that editors read is the one that the program checks, and it accepts what the program accepts."""

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import mtl
from mtl import examples
from mtl.catalog import Catalog
from mtl.extensions import SCHEMES, SHARING
from mtl.options import settable
from mtl.spec import json_schema, parse_spec
from tests.mtl.spec.texts import TEXT, changed, mistakes

FILE = Path(mtl.__file__).parents[1] / "infra" / "spec.schema.json"
VALIDATOR = Draft202012Validator(json_schema())


def accepts(text: str) -> bool:
    return bool(VALIDATOR.is_valid(json.loads(json.dumps(yaml.safe_load(text), default=str))))


def parts() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = json_schema()
    yield "Spec", schema
    yield from schema["$defs"].items()


def test_the_file_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_module("mtl.spec")
    written = capsys.readouterr().out
    assert FILE.read_text(encoding="utf-8") == written, "run: python -m mtl.spec > infra/spec.schema.json"
    assert json.loads(written) == json_schema()


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", list(examples.specs()))
def test_it_accepts_the_shipped_examples(name: str) -> None:
    assert accepts(examples.specs()[name].read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        changed(schemes="schemes: [equal, {name: cagrad, c: 0.4}, {name: dwa, options: {temperature: 2}}]"),
        changed(schemes="schemes: [{name: fixed, weights: {ill: 1, cost: 2}}]"),
        changed(schemes="schemes: [{name: fixed, options: {weights: {ill: 1, cost: 2}}}]"),
        changed("sharing: [hard, {name: mmoe, experts: 8}, {name: ple, options: {own_experts: 2}}]\n"),
    ],
)
def test_it_accepts_each_way_to_write_an_entry_of_a_catalog(text: str) -> None:
    assert accepts(text)
    parse_spec(text)


@pytest.mark.parametrize(("section", "catalog"), [("SchemeEntry", SCHEMES), ("SharingEntry", SHARING)])
def test_it_lists_what_a_catalog_has_with_the_options_of_each(section: str, catalog: Catalog[type]) -> None:
    short, *mappings = json_schema()["$defs"][section]["anyOf"]
    assert set(short["enum"]) == set(catalog.names) - {"fixed"}  # its weights must be given
    assert [mapping["properties"]["name"]["const"] for mapping in mappings] == list(catalog.names)
    for mapping, (_, kind) in zip(mappings, catalog.items(), strict=True):
        properties = mapping["properties"]
        options = {option.name for option in settable(kind)}
        assert properties.keys() - {"name", "options"} == properties["options"]["properties"].keys() == options


def test_an_option_has_its_type_its_range_its_default_and_what_it_is() -> None:
    _, *mappings = json_schema()["$defs"]["SchemeEntry"]["anyOf"]
    (cagrad,) = (each for each in mappings if each["properties"]["name"]["const"] == "cagrad")
    described = "the radius of the ball around the mean gradient, as a fraction of its length."
    assert cagrad["properties"]["c"] == {
        "type": "number",
        "minimum": 0,
        "maximum": 1e100,
        "default": 0.5,
        "description": described,
    }


@pytest.mark.parametrize(
    "text",
    [
        changed("sede: [1]\n"),
        changed(kind="kind: regresion"),
        changed(key="key: id"),
        changed(name="title: x"),
        changed("split: {by: group}\n"),
        changed("split: {by: time, column: day, as_off: 2020-01-01}\n"),
        changed(ill="my-task: {kind: binary}"),
        changed(schemes="schemes: []"),
        changed(schemes="schemes: [{c: 0.4}]"),
        changed("training: {epochs: 0}\n"),
        changed(schemes="schemes: [nahs]"),
        changed(schemes="schemes: [fixed]"),
        changed(schemes="schemes: [{name: fixed}]"),
        changed(schemes="schemes: [{name: cagrad, d: 1}]"),
        changed(schemes="schemes: [{name: cagrad, c: -1}]"),
        changed(schemes="schemes: [{name: cagrad, options: {c: -1}}]"),
        changed("sharing: [{name: mmoe, experts: 1}]\n"),
        changed("sharing: [{name: soft, penalty: l3}]\n"),
    ],
)
def test_it_refuses_what_the_program_refuses(text: str) -> None:
    assert not accepts(text)
    assert mistakes(text)


def test_every_key_is_described_and_those_that_may_be_left_out_have_their_default() -> None:
    for name, part in parts():
        assert part.get("description"), name
        for key, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value, f"{name}.{key}"
            assert key in part.get("required", ()) or "default" in value, f"{name}.{key}"
