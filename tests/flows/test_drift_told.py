"""After a promotion, rows that have moved since are told of, by the study and by the check of its data."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.flows.clinics import mtl, write_clinics

pytestmark = pytest.mark.faults


def test_rows_that_have_moved_since_the_champion_was_trained_are_told_of(tmp_path: Path) -> None:
    home, spec = tmp_path / "home", write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    first = mtl(home, "run", spec, "--json")
    assert first.outcome["decision"]["promote"] is True, first.err
    assert "stability index" not in mtl(home, "check", spec).out
    written = yaml.safe_load(spec.read_text())
    data = spec.parent / written["data"]["path"]
    table = pd.read_parquet(data)
    [moved, *_] = [name for name in table.columns if table[name].dtype == "float64" and table[name].nunique() > 50]
    table.assign(**{moved: table[moved] + 2 * table[moved].std()}).to_parquet(data)
    checked = mtl(home, "check", spec)
    told = " ".join(checked.out.split())
    assert checked.status == 0, checked.err
    assert "values like those that version 1, the champion, was trained on" in told
    assert "stability index" in told
    ran = mtl(home, "run", spec, "--json")
    assert moved in ran.outcome["drifted"], ran.err
    told = mtl(home, "status").out
    assert (f"drifting: not what the champion was trained on: {moved}" in told) != ran.outcome["moved"]
