"""Where a run computes: said by the spec, found by itself, or refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from mtl.errors import UserError
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import plan_runs
from mtl.training.precision import EXACT, Precision, precision_of
from tests.mtl.studies import small_study

NO_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="for machines without a GPU")


@NO_GPU
def test_without_a_gpu_auto_is_the_cpu_in_float32() -> None:
    assert precision_of("auto") == precision_of("cpu") == EXACT


@NO_GPU
def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(UserError, match=r"training\.device: expected a GPU.*found none; say auto or cpu"):
        precision_of("cuda")


def test_a_forward_pass_is_in_bfloat16_only_where_it_is_mixed() -> None:
    left, right = torch.randn(2, 2), torch.randn(2, 2)
    for mixed, expected in ((False, torch.float32), (True, torch.bfloat16)):
        with Precision(torch.device("cpu"), mixed).forward():
            assert (left @ right).dtype == expected


def test_random_numbers_go_on_where_they_were() -> None:
    states = EXACT.random_states()
    drawn = torch.rand(3)
    EXACT.set_random_states(states)
    assert torch.equal(torch.rand(3), drawn)


def test_a_run_that_finds_its_device_itself_ends_as_one_that_is_told(tmp_path: Path) -> None:
    told, found = (
        fit_run(plan_runs(study.spec, approaches_of(study.spec), study.prepared, tmp_path / device)[0])
        for device in ("cpu", "auto")
        for study in [small_study(tmp_path / device, training={"epochs": 2, "patience": 2, "device": device})]
    )
    assert told.status == found.status == "finished"
    for task, prediction in told.predictions.items():
        np.testing.assert_allclose(
            found.predictions[task], prediction, rtol=0 if precision_of("auto") == EXACT else 0.1
        )
