"""How long a study takes, as whoever starts it is told."""

import json
from pathlib import Path

import pytest

from tests.flows.clinics import mtl, write_clinics

pytestmark = pytest.mark.faults

SHORT = {"training": {"epochs": 6, "patience": 2, "batch_size": 256}, "seeds": [0, 1, 2]}
RUNS = 2 * 3 + 2 * 3
"""Two schemes and a network for each of two clinics, with three seeds."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a study that was run once."""
    return tmp_path_factory.mktemp("estimated") / "home"


def test_an_estimate_trains_nothing(home: Path) -> None:
    spec = write_clinics(home.parent, **SHORT)
    done = mtl(home, "run", spec, "--estimate")
    assert done.status == 0, done.err
    assert done.out.startswith(f"{RUNS} runs to train, and at most 9 to confirm the choice: about 1 CPU minute, ")
    assert "on 2 workers, by a few timed batches of each kind of network at 6 epochs a run." in done.out
    assert not list((home / "runs").glob("*"))
    assert not (home / "mlflow.db").exists()


@pytest.mark.long
def test_a_study_says_it_before_it_trains_and_the_next_one_knows_better(home: Path) -> None:
    spec = write_clinics(home.parent, **SHORT)
    done = mtl(home, "run", spec)
    assert done.status == 0, done.err
    told, training = done.err.index(f"{RUNS} runs to train"), done.err.index("Train …")
    assert told < training
    plain = json.loads(mtl(home, "run", spec, "--estimate", "--json").out)
    assert (plain["runs"], plain["known"], plain["cpu_seconds"]) == (0, RUNS, 0.0)
    further = write_clinics(home.parent, **{**SHORT, "seeds": [0, 1, 2, 3], "schemes": ["equal", "pcgrad", "mgda"]})
    done = mtl(home, "run", further, "--estimate", "--json")
    plain = json.loads(done.out)
    assert (plain["runs"], plain["known"]) == (2 + 4 + 2, RUNS)
    assert (plain["by_runs"], plain["by_probe"], plain["unknown"]) == (4, 4, 0)


def test_a_time_and_an_estimate_are_not_asked_for_together(home: Path) -> None:
    done = mtl(home, "run", write_clinics(home.parent), "--estimate", "--time", "5m")
    assert done.status == 2
    assert "--estimate: expected without --time" in done.err


def test_a_mistake_in_the_spec_is_told_instead(home: Path) -> None:
    done = mtl(home, "run", write_clinics(home.parent / "wrong", schemes=["nosuch"]), "--estimate")
    assert done.status == 2
    assert "nosuch" in done.err
    assert "Traceback" not in done.err
