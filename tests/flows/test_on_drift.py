"""A schedule that waits for drift: new rows like the champion's cost no training, rows that have moved a retrain."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from flows.open_study import open_study
from flows.settings import Settings
from flows.unchanged import look_up
from mtl.report.outcome import Outcome
from tests.flows.clinics import mtl, write_clinics

pytestmark = pytest.mark.faults


def looked_up(home: Path, spec: Path) -> Outcome | None:
    study = open_study(str(spec), Settings(home, f"sqlite:///{home / 'mlflow.db'}", 1, None))
    return look_up(study, on_drift=True)


def test_new_rows_change_nothing_until_they_drift(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    assert looked_up(home, spec) is None, "nothing was ever trained"
    first = mtl(home, "run", spec, "--json")
    assert first.outcome["decision"]["promote"] is True, first.err
    data = spec.parent / yaml.safe_load(spec.read_text())["data"]["path"]
    table = pd.read_parquet(data)
    [number, *_] = [name for name in table.columns if table[name].dtype == "float64" and table[name].nunique() > 50]

    table.assign(**{number: table[number] + 1e-6 * table[number].std()}).to_parquet(data)
    known = looked_up(home, spec)
    assert known is not None
    assert (known.version, known.effort.trained, known.unchanged_since is None) == ("1", 0, False)
    longer = spec.with_name("longer.yaml")  # a process reads a spec once
    longer.write_text(spec.read_text().replace("epochs: 40", "epochs: 41"))
    assert longer.read_text() != spec.read_text()
    assert looked_up(home, longer) is None, "another spec is another study, whatever its rows"

    table.assign(**{number: table[number] + 2 * table[number].std()}).to_parquet(data)
    assert looked_up(home, spec) is None
