"""A run that was killed with SIGKILL and resumed ends in the same bytes as one that was not."""

import json
import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from mtl.training.bar import NO_BAR, Bar
from mtl.training.checkpoint import read_checkpoint, save_checkpoint
from mtl.training.fit_run import fit_run
from tests.mtl.studies import tasks_with, write_small
from tests.mtl.training.fit_one import plan_of

SCHEMES = ["equal", "gradnorm", "random", "famo"]
"""Without a state, with one, with random numbers of its own, and with losses after the step."""

PRETRAINED = "single-task diabetes after hdl"

FALLING = (*(math.inf,) * 29, 0.0)
"""Stops any trial after its thirtieth epoch."""

DEADLINE = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resume")
    training = {"epochs": 40, "patience": 40, "batch_size": 64}
    tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
    write_small(folder, schemes=SCHEMES, seeds=[0], training=training, tasks=tasks)
    return folder


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize(
    ("subject", "bar"), [*((subject, NO_BAR) for subject in (*SCHEMES, PRETRAINED)), ("equal", FALLING)]
)
def test_a_killed_run_goes_on_to_the_same_bytes(folder: Path, tmp_path: Path, subject: str, bar: Bar) -> None:
    killed, whole = plan_of(folder, tmp_path / "killed", subject), plan_of(folder, tmp_path / "whole", subject)
    arguments = [str(folder), str(tmp_path / "killed"), subject, json.dumps(bar)]
    command = [sys.executable, "-m", "tests.mtl.training.fit_one", *arguments]
    process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    checkpoint = killed.pruned_by(bar).checkpoint
    epochs = _epochs_before_the_kill(process, checkpoint)
    assert 0 < epochs < (len(bar) or 40)
    assert killed.result is killed.pruned_by(bar).result is None
    resumed, uninterrupted = fit_run(killed, bar), fit_run(whole, bar)
    assert resumed.epochs == uninterrupted.epochs == (len(bar) or 40)
    assert resumed.status == ("pruned" if bar else "finished")
    for name in ("weights.safetensors", "history.json", "validation.npz"):
        assert (resumed.folder / name).read_bytes() == (uninterrupted.folder / name).read_bytes(), name
    assert not checkpoint.exists()


def test_a_damaged_checkpoint_is_none_and_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "run.checkpoint"
    assert read_checkpoint(file) is None
    save_checkpoint(file, {"epoch": 3, "weights": torch.ones(1000)})
    found = read_checkpoint(file)
    assert found is not None
    assert found["epoch"] == 3
    content = file.read_bytes()
    flipped = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in (0, 40, len(content) // 2, -2)]
    damages = (b"", content[: len(content) // 2], b"not a checkpoint", *flipped)
    for damage, damaged in enumerate(damages, start=1):
        file.write_bytes(damaged)
        assert read_checkpoint(file) is None
        assert file.with_name(f"run.checkpoint.damaged-{damage}").read_bytes() == damaged
    assert [str(file) in message for message in caplog.messages] == [True] * len(damages)


def _epochs_before_the_kill(process: "subprocess.Popen[bytes]", checkpoint: Path) -> int:
    """Kill the process when it has saved its third epoch or a later one; the epochs of what it left."""
    deadline, pause = time.monotonic() + DEADLINE, threading.Event()
    try:
        while time.monotonic() < deadline and process.poll() is None:
            saved = read_checkpoint(checkpoint)
            if saved is not None and saved["epoch"] >= 3:
                break
            pause.wait(0.005)
    finally:
        process.kill()
        process.wait()
    left = read_checkpoint(checkpoint)
    return int(left["epoch"]) if left else 0
