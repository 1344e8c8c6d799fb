"""What a study was made of, for its page: the rows, their sides, the program."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import mtl
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.data.splits import SIDES
from mtl.spec import Spec

PATIENCE = 5.0
"""Seconds that git may take to say where a folder stands."""


@dataclass(frozen=True)
class About:
    """Data and program of a study.

    Attributes:
        place: where the rows come from.
        digest: sha256 of the rows.
        rows: of each side.
        labels: of each task, on each side.
        program: version, and the commit where the program runs from a checkout.
    """

    place: str
    digest: str
    rows: Mapping[str, int]
    labels: Mapping[str, Mapping[str, int]]
    program: str


def about_study(spec: Spec, frame: Frame, prepared: Prepared) -> About:
    """Counts of rows and labels; what they say is left alone."""
    sides = {side: prepared.side(side) for side in SIDES}
    labels = {
        task.name: {side: int((~np.isnan(found.labels[:, position])).sum()) for side, found in sides.items()}
        for position, task in enumerate(prepared.tasks)
    }
    rows = {side: len(found) for side, found in sides.items()}
    return About(spec.data.source.place, frame.digest, rows, labels, program())


def program() -> str:
    """This program's name, version and, in a checkout, commit."""
    try:
        named = f"mtl-pipeline {version('mtl-pipeline')}"
    except PackageNotFoundError:
        named = "mtl-pipeline"
    commit = program_commit()
    return f"{named}, commit {commit}" if commit else named


def program_commit() -> str:
    """The commit of the checkout that this program runs from; empty where it was installed."""
    return commit_of(Path(mtl.__file__).parent)


def commit_of(folder: Path) -> str:
    """The commit of the checkout that a folder lies in, with a plus where its files differ; empty outside of one."""
    asked = ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
