"""What `mtl serve` says before it serves, and what it refuses to serve with."""

import io
import json
import shlex
from pathlib import Path

import pytest
from rich.console import Console

from flows.serve_champion import Where, _say, serve_champion, tls_of
from mtl.errors import UserError
from mtl.serving.api_document import example_body
from mtl.serving.bundle import load_bundle
from mtl.serving.docs_page import curl_line
from mtl.serving.server import Tls
from tests.mtl.serving import bundles


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", str(tmp_path))
    monkeypatch.delenv("MTL_API_KEYS", raising=False)


def test_files_of_tls_come_in_twos() -> None:
    certificate, key = Path("cert.pem"), Path("key.pem")
    assert tls_of(None, None) is None
    assert tls_of(certificate, key) == Tls(certificate, key)
    with pytest.raises(UserError, match=r"--tls-key: expected a file"):
        tls_of(certificate, None)
    with pytest.raises(UserError, match=r"--tls-cert: expected a file"):
        tls_of(None, key)


def test_nothing_is_served_with_keys_or_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Tls(tmp_path / "cert.pem", tmp_path / "key.pem")
    with pytest.raises(UserError, match=r"--tls-cert and --tls-key: expected a certificate"):
        serve_champion("demo", Where("127.0.0.1", 0, 5.0, tls=missing), Console())
    monkeypatch.setenv("MTL_API_KEYS", "short")
    with pytest.raises(UserError, match=r"MTL_API_KEYS: expected keys of at least 16"):
        serve_champion("demo", Where("127.0.0.1", 0, 5.0), Console())


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_the_line_of_curl_is_whole_however_narrow_the_terminal(tmp_path: Path, host: str, address: str) -> None:
    body = example_body(load_bundle(bundles.bundle(tmp_path / "bundle")), rows=1)
    told = io.StringIO()
    _say(Console(file=told, width=40), "demo version 7", Where(host, 80, 5.0), lambda at: curl_line(at, body), 80)
    first, second = told.getvalue().splitlines()
    assert first.startswith(f"demo version 7: {address}/invocations (also /ping, ")
    command = shlex.split(second)
    assert command[:2] == ["curl", f"{address}/invocations"]
    assert json.loads(command[-1]) == body
