"""A study whose spec sets rows aside, through the commands: told of everywhere, and the same as one without them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlflow import MlflowClient

from mtl.registry import Registry
from tests.flows.clinics import Finished, mtl, write_clinics

pytestmark = pytest.mark.faults

RULE = "bmi < 60 or missing(fat_g)"
ASIDE: dict[str, Any] = {"rules": [RULE], "columns": {"age": {"max": 84}}, "on_violation": "set_aside"}
QUICK: dict[str, Any] = {"schemes": ["equal"], "seeds": [0], "training": {"epochs": 4, "patience": 2}}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aside")
    path = write_clinics(folder, checks=ASIDE, **QUICK)
    table = pd.read_parquet(folder / "clinics.parquet")
    assert {"bmi", "fat_g", "age"} <= set(table.columns), sorted(table.columns)
    table.loc[[2, 30], "age"] = [999.0, 430.0]
    table.loc[30, ["bmi", "fat_g"]] = [400.0, 90.0]
    table.loc[41, ["bmi", "fat_g"]] = [80.0, 90.0]
    table.to_parquet(folder / "clinics.parquet")
    return path


@pytest.fixture(scope="module")
def done(spec: Path) -> Finished:
    finished = mtl(spec.parent / "home", "run", spec, "--json")
    assert finished.status == 0, finished.err
    return finished


def test_the_check_and_the_study_say_how_many_and_where(spec: Path, done: Finished) -> None:
    checked = mtl(spec.parent / "home", "check", spec)
    assert checked.status == 0
    [told] = [line for line in done.outcome["warnings"] if "set aside" in line]
    assert "".join(told.split()) in "".join(checked.out.split()), "wherever the terminal breaks its lines"
    table = pd.read_parquet(spec.parent / "clinics.parquet")
    aside = pd.read_parquet(told.rpartition(" in ")[2])
    assert {2, 30, 41} <= set(aside["row"])
    assert told.startswith(f"{len(aside)} of {len(table)} rows were set aside (")
    why = dict(zip(aside["row"], aside["why"], strict=True))
    assert why[2] == "age: at most 84"
    assert why[30] == f"age: at most 84, rule {RULE!r}"
    assert why[41] == f"rule {RULE!r}"


def test_mlflow_knows_how_many(spec: Path, done: Finished) -> None:
    client = MlflowClient(Registry.in_folder(spec.parent / "home").tracking_uri)
    aside = next((spec.parent / "home").rglob("set_aside/clinics/*.parquet"))
    params = client.get_run(done.outcome["run_id"]).data.params
    assert params["rows_set_aside"] == str(len(pd.read_parquet(aside)))


def test_it_is_the_study_of_the_rows_that_were_kept(spec: Path, done: Finished) -> None:
    kept = spec.parent / "kept"
    write_clinics(kept, checks=ASIDE, **QUICK)
    table = pd.read_parquet(spec.parent / "clinics.parquet")
    aside = pd.read_parquet(next((spec.parent / "home").rglob("set_aside/clinics/*.parquet")))
    table.drop(index=aside["row"].tolist()).to_parquet(kept / "clinics.parquet", index=False)
    alone = mtl(kept / "home", "run", kept / "clinics.yaml", "--json")
    assert alone.status == 0, alone.err
    assert alone.outcome["comparison"] == done.outcome["comparison"]
    assert not [line for line in alone.outcome["warnings"] if "set aside" in line]


def test_what_was_decided_is_known_again_without_a_training(spec: Path, done: Finished) -> None:
    again = mtl(spec.parent / "home", "run", spec, "--json")
    assert again.outcome["unchanged_since"]
    assert again.outcome["decision"] == done.outcome["decision"]


def test_more_than_the_spec_allows_stop_the_study_before_anything_is_trained(spec: Path) -> None:
    strict = write_clinics(spec.parent / "strict", checks={**ASIDE, "max_set_aside": 0.0001}, **QUICK)
    pd.read_parquet(spec.parent / "clinics.parquet").to_parquet(strict.parent / "clinics.parquet")
    stopped = mtl(spec.parent / "strict-home", "run", strict)
    assert stopped.status == 1
    assert "rows would be set aside (" in stopped.err
    assert "change checks.max_set_aside" in stopped.err
    assert not list((spec.parent / "strict-home").rglob("runs/*"))
