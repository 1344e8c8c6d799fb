"""A study that is asked for again: answered at once while nothing has changed, and made again when anything has."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from flows.open_study import Study, open_study
from flows.settings import read_settings
from flows.unchanged import can_stand, look_up
from mtl.promotion.error_budget import Refused
from mtl.registry import Registry
from mtl.registry.unchanged_study import UNCHANGED_TAG
from mtl.report.last_outcome import FILE
from mtl.report.outcome import Outcome
from tests.flows.clinics import Finished, environment, mtl, stay, write_clinics
from tests.mtl.report.outcomes import outcome_of

pytestmark = pytest.mark.slow

NO_PREFECT = "http://127.0.0.1:9/api"
"""Nothing answers there: a study that goes beyond what is known ends with an error."""


@dataclass(frozen=True)
class Made:
    """A study that was made once."""

    home: Path
    spec: Path
    first: Finished

    @property
    def client(self) -> mlflow.MlflowClient:
        return mlflow.MlflowClient(Registry.in_folder(self.home).tracking_uri)

    def again(self, *options: str) -> Finished:
        """The same command, where there is no Prefect."""
        return mtl(self.home, "run", self.spec, *options, PREFECT_API_URL=NO_PREFECT)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("clinics")
    spec = write_clinics(folder)
    first = mtl(folder / "home", "run", spec, "--json")
    assert first.status == 0, first.err
    return Made(folder / "home", spec, first)


@pytest.fixture
def study(made: Made, monkeypatch: pytest.MonkeyPatch) -> Study:
    """It, as a command finds it now."""
    stay(monkeypatch, made.home)
    return open_study(str(made.spec), read_settings())


def as_it_was(study: Study) -> Outcome:
    known = look_up(study)
    assert known is not None
    return known


def test_the_same_question_has_its_answer_without_a_server_a_training_or_a_run(made: Made) -> None:
    before = {path for path in made.home.rglob("*") if path.is_file()}
    runs = len(made.client.search_runs(["1"], max_results=1000))
    again = made.again("--json")
    assert again.status == 0, again.err
    changed = {"effort", "promotion", "moved", "unchanged_since", "wall_seconds"}
    first = made.first.outcome
    assert {key: value for key, value in again.outcome.items() if key not in changed} == {
        key: value for key, value in first.items() if key not in changed
    }
    assert first["unchanged_since"] is None
    assert first["moved"]
    assert not again.outcome["moved"], "the champion is the one that it was"
    ended = datetime.fromisoformat(again.outcome["unchanged_since"])
    assert ended <= datetime.now().astimezone()
    assert again.outcome["effort"] == {
        "trained": 0,
        "reused": first["effort"]["trained"] + first["effort"]["reused"],
        "training_seconds": 0.0,
        "workers": 2,
    }
    assert again.outcome["promotion"] == "The candidate is version 1 of clinics, which is the champion already."
    assert {path for path in made.home.rglob("*") if path.is_file()} <= before
    assert len(made.client.search_runs(["1"], max_results=1000)) == runs
    told = datetime.fromisoformat(made.client.get_run(first["run_id"]).data.tags[UNCHANGED_TAG])
    assert ended <= told <= datetime.now().astimezone()


def test_an_answer_that_is_known_imports_nothing_that_trains(made: Made) -> None:
    heavy = {"torch", "sklearn", "scipy.stats", "prefect", "great_expectations", "mlflow.pyfunc"}
    code = (
        "import sys; from flows.open_study import open_study; from flows.settings import read_settings;"
        f"from flows.unchanged import look_up; known = look_up(open_study({str(made.spec)!r}, read_settings()));"
        f"sys.exit(', '.join({heavy} & set(sys.modules)) or known is None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(made.home, {}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_people_are_told_that_nothing_has_changed_and_see_the_table(made: Made) -> None:
    again = made.again()
    told = " ".join(again.out.split())
    assert told.startswith("Nothing has changed since 20")
    assert "`--again` goes through every step" in told
    assert "north" in told
    assert "Promote: the candidate is better" in told


@pytest.mark.parametrize("options", [("--again",), ("--time", "5m"), ("--no-promote",)])
def test_every_step_is_made_where_that_is_asked_or_more_than_the_answer_is(
    made: Made, options: tuple[str, ...]
) -> None:
    asked = made.again(*options)
    assert asked.status == 1
    assert "Prefect" in asked.err


def test_other_rows_are_another_question(made: Made, study: Study) -> None:
    file = made.spec.parent / "clinics.parquet"
    table = pd.read_parquet(file)
    as_it_was(study)
    with put_aside(file):
        table.iloc[1:].to_parquet(file)
        assert look_up(study) is None
    as_it_was(study)


def test_a_column_that_the_study_does_not_read_is_none_of_its_questions(made: Made, study: Study) -> None:
    file = made.spec.parent / "clinics.parquet"
    table = pd.read_parquet(file)
    with put_aside(file):
        table.assign(exported="today").to_parquet(file)
        as_it_was(study)


def test_another_spec_of_the_same_name_is_another_question(made: Made, study: Study) -> None:
    other = made.spec.with_name("other.yaml")
    other.write_text(
        made.spec.read_text(encoding="utf-8").replace("resamples: 500", "resamples: 501"), encoding="utf-8"
    )
    assert look_up(open_study(str(other), read_settings())) is None


def test_another_champion_is_another_question(made: Made, study: Study) -> None:
    made.client.delete_registered_model_alias("clinics", "champion")
    assert look_up(study) is None
    made.client.set_registered_model_alias("clinics", "champion", "1")
    as_it_was(study)


def test_decisions_that_are_to_be_signed_are_made(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_was(study)
    monkeypatch.setenv("MTL_SIGNING_KEY", "/a/key.pem")
    assert look_up(study) is None


def test_other_code_is_asked_anew(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.unchanged.CODE", ("mtl", "data_checks"))
    assert look_up(study) is None


def test_what_lost_its_report_or_its_run_is_made_again(made: Made, study: Study) -> None:
    with put_aside(study.report):
        assert look_up(study) is None
    run = made.first.outcome["run_id"]
    made.client.delete_run(run)
    assert look_up(study) is None
    made.client.restore_run(run)
    as_it_was(study)


def test_a_record_that_is_damaged_is_none(study: Study) -> None:
    kept = study.store.outcome("clinics")
    with put_aside(kept):
        kept.mkdir()
        (kept / FILE).write_text("{", encoding="utf-8")
        assert look_up(study) is None
    as_it_was(study)


def test_an_outcome_stands_only_where_asking_again_could_come_to_nothing_else(study: Study) -> None:
    outcome = outcome_of()
    assert can_stand(study, outcome)
    assert not can_stand(study, replace(outcome, failures={"equal, seed 0": "no memory"}))
    assert not can_stand(study, replace(outcome, budget=Refused(looks=7, alpha=0.05, spent=0.05, share_fresh=0.0)))


@contextmanager
def put_aside(path: Path) -> Iterator[None]:
    """Have it back after the block, whatever the block does to it."""
    aside = path.with_name(f"{path.name}.aside")
    shutil.copytree(path, aside) if path.is_dir() else shutil.copy(path, aside)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    try:
        yield
    finally:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        aside.rename(path)
