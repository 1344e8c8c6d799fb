"""`mtl promote` and `mtl rollback`, by hand."""

from pathlib import Path

import pytest

from mtl import registry
from mtl.registry import Registry
from tests.flows.clinics import mtl, write_clinics


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("promotion")
    done = mtl(folder / "home", "run", write_clinics(folder), "--no-promote")
    assert done.status == 0, done.err
    assert "mtl promote clinics" in done.out
    return folder / "home"


def champion(home: Path) -> str | None:
    found = registry.read_champion(Registry.in_folder(home), "clinics")
    return found.version if isinstance(found, registry.Champion) else None


def test_an_accepted_version_waits_for_its_promotion_by_hand(home: Path) -> None:
    assert champion(home) is None
    done = mtl(home, "promote", "clinics")
    assert (done.status, champion(home)) == (0, "1")
    assert "version 1" in done.out


def test_a_rejected_version_is_refused_and_the_first_champion_cannot_be_rolled_back(home: Path) -> None:
    where = Registry.in_folder(home)
    before = champion(home)
    registry.tag_version(where, registry.read_version(where, "clinics", "1"), {"decision": "reject"})
    for arguments in (["promote", "clinics", "--version", "1"], ["rollback", "clinics"]):
        done = mtl(home, *arguments)
        assert done.status == 1
        assert "Traceback" not in done.err
    assert champion(home) == before
