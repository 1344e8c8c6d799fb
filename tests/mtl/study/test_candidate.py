"""The candidate's bundle answers as its run was evaluated."""

from pathlib import Path

import pandas as pd

from mtl.data.profile import Profile
from mtl.jsonable import from_json
from mtl.serving.bundle import PROFILE, load_bundle
from mtl.study.candidate import bundle_candidate, check_example, expected_files
from tests.mtl.study.fitted import FittedStudy


def test_the_bundle_answers_as_the_run_was_evaluated(fitted: FittedStudy, tmp_path: Path) -> None:
    run = fitted.selection.candidate
    assert run is not None
    bundle = load_bundle(bundle_candidate(fitted.study.spec, run, fitted.study.frame, tmp_path))
    with expected_files(fitted.study.spec, run.name, fitted.opened) as (rows, expected):
        answer, wanted = bundle.predict(pd.read_parquet(rows)), pd.read_parquet(expected)
    pd.testing.assert_frame_equal(answer, wanted, rtol=1e-6)
    assert "hdl" not in answer
    check_example(bundle.folder)
    profile = from_json(Profile, (bundle.folder / PROFILE).read_bytes())
    assert profile.rows == len(run.plan.prepared.side("train").rows)
    learned = {*fitted.study.spec.features.columns, *(task.name for task in run.plan.prepared.tasks)}
    assert {each.label_of or each.name for each in profile.columns} == learned
