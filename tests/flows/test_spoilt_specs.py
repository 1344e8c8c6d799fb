"""Whatever a spec holds, reading it ends soon, and in a spec or in the user's own mistake."""

import os
import time
from pathlib import Path

import pytest

from data_checks.suites import suite
from flows.open_study import open_study
from flows.settings import Settings
from mtl import examples
from mtl.errors import UserError
from mtl.registry.connection import Registry
from tests.mtl.spec.spoilt import spoil
from tests.mtl.spec.texts import TEXT

pytestmark = pytest.mark.faults

SPOILT = int(os.environ.get("SPOILT_SPECS", "200"))
"""How many are tried: `SPOILT_SPECS=1000 pytest tests/flows/test_spoilt_specs.py`."""

SECONDS = 5.0
"""Of this process's own time, which other processes do not lengthen."""

SPECS = [TEXT, *(path.read_text(encoding="utf-8") for path in examples.specs().values())]


@pytest.mark.parametrize("first", range(0, SPOILT, 50))
def test_a_spoilt_spec_is_read_or_refused_soon_and_in_lines_that_can_be_printed(tmp_path: Path, first: int) -> None:
    settings = Settings(tmp_path, Registry.in_folder(tmp_path).tracking_uri, 1, None)
    for seed in range(first, min(first + 50, SPOILT)):
        file = tmp_path / f"spoilt{seed}.yaml"
        file.write_bytes(spoil(SPECS[seed % len(SPECS)], seed))
        started = time.process_time()
        assert len(_told(file, settings).encode()) < 100_000, seed
        assert time.process_time() - started < SECONDS, seed


def _told(file: Path, settings: Settings) -> str:
    """What is said of a spec before its data are read; nothing where nothing is wrong with it."""
    try:
        study = open_study(str(file), settings)
        study.require_sound()
        return "" if suite(study.spec) and study.spec.digest else "a spec that asks for no check"
    except UserError as error:
        return str(error)


def test_the_same_seed_spoils_in_the_same_way_and_most_of_it_matters() -> None:
    assert [spoil(TEXT, seed) for seed in range(50)] == [spoil(TEXT, seed) for seed in range(50)]
    assert len({spoil(TEXT, seed) for seed in range(50)}) == 50
