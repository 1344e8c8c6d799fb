"""A table without a key, of many columns and with a published split goes from its file to a decision."""

import json
from pathlib import Path

import numpy as np
import pytest

from mtl.study.store import Store
from tests.data_checks.houses import TEXT, houses
from tests.flows.clinics import Finished, mtl

pytestmark = pytest.mark.faults

FOLDS = "split: {by: column, column: fold, train: [train], test: [held out]}"
OWN = (
    TEXT.replace(", key: [house]", "")
    .replace("[area, rooms, age]", "{all: numeric, but: [house]}")
    .replace("[town]", '["town*", street]')
    .replace("patience: 1}", "patience: 1, sample_weight: trust}")
    .replace("split: {by: hash, validation: 0.2, test: 0.3}", FOLDS)
)


def write_own(folder: Path, text: str = OWN) -> Path:
    rng, table = np.random.default_rng(1), houses()
    table = table.assign(
        fold=["train"] * 1000 + ["held out"] * 450 + ["unused"] * 50,
        street=[f"street {number}" for number in rng.integers(900, size=len(table))],
        trust=rng.uniform(0.5, 2.0, len(table)),
    )
    table.to_csv(folder / "houses.csv", index=False)
    spec = folder / "houses.yaml"
    spec.write_text(text, encoding="utf-8")
    return spec


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Finished]:
    folder = tmp_path_factory.mktemp("own")
    spec = write_own(folder)
    return folder / "home", spec, mtl(folder / "home", "run", spec, "--json")


def test_it_reaches_a_decision_that_is_made_again_from_its_evidence(decided: tuple[Path, Path, Finished]) -> None:
    home, _, finished = decided
    assert finished.status == 0, finished.err
    assert [warning.partition(":")[0] for warning in finished.outcome["warnings"]] == ["data.key"]
    assert mtl(home, "decide", "houses").out.startswith("The same decision from the evidence: ")


def test_its_report_names_the_columns_that_the_patterns_stood_for(decided: tuple[Path, Path, Finished]) -> None:
    asked = json.loads((Store(decided[0]).report("houses") / "spec.json").read_text(encoding="utf-8"))
    assert asked["features"]["numeric"] == ["area", "rooms", "age"]
    assert asked["features"]["categorical"] == ["town", "street"]


def test_what_was_checked_and_trained_is_found_again(decided: tuple[Path, Path, Finished]) -> None:
    home, spec, _ = decided
    checked = mtl(home, "check", spec)
    assert checked.status == 0
    again = mtl(home, "run", spec, "--json")
    assert again.status == 0, again.err
    assert again.outcome["effort"]["trained"] == 0
    assert again.outcome["decision"]["verdicts"] == decided[2].outcome["decision"]["verdicts"]


def test_every_mistake_is_told_at_once_columns_of_the_file_among_them(tmp_path: Path) -> None:
    text = OWN.replace("[equal]", "[eqal]").replace("kind: binary", "kind: binry").replace("listed]", "lsted]")
    for command in ("check", "run"):
        told = mtl(tmp_path / "home", command, write_own(tmp_path, text))
        assert told.status == 2
        lines = told.err.strip().splitlines()
        if command == "run":
            assert lines.pop(0).endswith("houses.yaml: getting ready …")
        assert [line.split(": ")[1] for line in lines] == ["features.datetime.0", "tasks.sold.kind", "schemes.0.name"]
        assert "did you mean 'listed'?" in lines[0]
