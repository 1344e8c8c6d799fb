"""Rows that lie on a web server, through the commands: checked and decided on as those of a file."""

from pathlib import Path

import pytest
import yaml

from mtl.data.sources.url import FETCHED
from tests.file_server import serving
from tests.flows.clinics import CLINICS, mtl, write_clinics

pytestmark = [pytest.mark.faults, pytest.mark.long]


def of(url: str, folder: Path) -> Path:
    """The study of the clinics, whose rows lie at an address."""
    spec = folder / "elsewhere.yaml"
    spec.write_text(yaml.safe_dump({**CLINICS, "data": {"url": url, "key": ["seqn"]}}), encoding="utf-8")
    return spec


def test_a_check_of_rows_on_a_server_is_that_of_the_file(tmp_path: Path) -> None:
    home, from_file = tmp_path / "home", write_clinics(tmp_path / "served")
    with serving(tmp_path / "served") as (address, asked):
        spec = of(f"{address}/clinics.parquet", tmp_path)
        over_http = mtl(home, "check", spec)
        fetched = len(asked)
        again = mtl(home, "check", spec)
        assert len(asked) == fetched, "what has not changed is not fetched again"
    assert over_http.status == again.status == 0, over_http.err
    known = mtl(tmp_path / "other", "check", from_file)
    first = known.out.splitlines()[0]
    assert over_http.out.splitlines()[0] == again.out.splitlines()[0] == first
    assert list(home.rglob(f"{FETCHED}/*/files/clinics.parquet"))


def test_a_server_that_is_away_is_one_line(tmp_path: Path) -> None:
    done = mtl(tmp_path / "home", "run", of("http://127.0.0.1:1/clinics.parquet", tmp_path))
    assert done.status == 1
    assert "data.url: 'http://127.0.0.1:1/clinics.parquet' cannot be fetched: Connect call failed" in done.err
    assert "Traceback" not in done.err
