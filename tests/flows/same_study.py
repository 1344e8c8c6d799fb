"""A study that was made elsewhere, held against one that processes of this machine make."""

import json
from pathlib import Path

from mtl.study.store import Store
from tests.flows.clinics import mtl

TIMES = {"seconds", "started", "milliseconds_per_1000_rows"}
"""What a result tells of the clock: of two fits of one plan these alone may differ."""


def left_by(runs: Path) -> dict[str, object]:
    """Every file that runs left, by its name below the folder; of results, all but the times."""
    found: dict[str, object] = {}
    for file in sorted(runs.glob("*/*")):
        name = str(file.relative_to(runs))
        if file.name == "result.json":
            plain = json.loads(file.read_text(encoding="utf-8"))
            found[name] = {key: value for key, value in plain.items() if key not in TIMES}
        elif file.name != "SHA256SUMS":
            found[name] = file.read_bytes()
    return found


def require_as_here(told: str, there: Path, here: Path, spec: Path) -> None:
    """Assert that it came to the decision that a study in the home `here` comes to, and that its runs left the same.

    Args:
        told: its outcome as JSON.
        there: its home.
    """
    done = mtl(here, "run", spec, "--json")
    assert done.status == 0, done.err
    outcome = json.loads(told)
    assert outcome["failures"] == {}
    assert outcome["decision"] == done.outcome["decision"]
    assert left_by(Store(there).runs) == left_by(Store(here).runs) != {}
