"""Notices that arrive at real receivers on loopback, and receivers that are dead, slow or suspicious."""

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typing_extensions import override

from flows import notifying as module
from flows.notifying import notify, notifying
from flows.progress import showing_progress
from flows.receivers import MailServer, Receivers
from mtl.errors import MtlError, UserError
from mtl.report.notice import notice_of, notice_of_failure
from mtl.report.outcome import Outcome
from tests.flows.clinics import mtl, stay, write_clinics
from tests.flows.mailbox import mailbox
from tests.mtl.report.outcomes import outcome_of

NOTICE = notice_of_failure("reviews", MtlError("no rows of Älvsjö"), "/home")
OUTCOME = replace(outcome_of(), moved=True)


def by_mail(port: int, user: str | None = None, password: str | None = None, webhook: str | None = None) -> Receivers:
    server = MailServer("127.0.0.1", port, encrypted=False, user=user, password=password)
    return Receivers(webhook, server, ("ada@example.org", "bo@example.org"), "mtl@example.org")


@dataclass
class Hook:
    """A webhook: its address, and the bodies that came."""

    address: str
    bodies: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def webhook(status: int = 200) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            hook.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        hook = Hook(f"http://127.0.0.1:{server.server_port}/planted-secret")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def said(receivers: Receivers, capsys: pytest.CaptureFixture[str]) -> str:
    """What whoever watches is told of a notice that is sent."""
    with showing_progress(Console(width=200)):
        notify(receivers, NOTICE)
    return capsys.readouterr().out


def test_a_webhook_gets_the_notice_as_json_and_nobody_is_told_that(capsys: pytest.CaptureFixture[str]) -> None:
    with webhook() as hook:
        assert said(Receivers(hook.address), capsys) == ""
    assert hook.bodies == [NOTICE.to_plain()]
    assert "no rows of Älvsjö" in hook.bodies[0]["text"]


def test_a_mailbox_gets_it_as_a_message() -> None:
    with mailbox() as box:
        notify(by_mail(box.port), NOTICE)
    [message] = box.messages
    assert message["Subject"] == "[mtl] reviews: failed"
    assert (message["From"], message["To"]) == ("mtl@example.org", "ada@example.org, bo@example.org")
    assert message.get_content().splitlines() == NOTICE.text.splitlines()
    assert [line for line in box.said if line.upper().startswith("RCPT")] == [
        "rcpt TO:<ada@example.org>",
        "rcpt TO:<bo@example.org>",
    ]


def test_a_mail_server_that_asks_who_one_is_is_told() -> None:
    with mailbox("AUTH PLAIN") as box:
        notify(by_mail(box.port, "me", "planted"), NOTICE)
    [login] = [line for line in box.said if line.startswith("AUTH PLAIN")]
    assert b64decode(login.split()[-1]) == b"\0me\0planted"
    assert len(box.messages) == 1


def test_no_password_is_sent_in_clear_text_beyond_this_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "LOOPBACK", ())
    with mailbox("AUTH PLAIN") as box:
        told = said(by_mail(box.port, "me", "planted"), capsys)
    assert "no encryption" in told
    assert box.messages == []
    assert not any(line.startswith("AUTH") for line in box.said)


def test_of_what_nobody_asked_for_nobody_is_told() -> None:
    with webhook() as hook:
        notify(Receivers(hook.address, events=frozenset({"promoted"})), NOTICE)
    assert hook.bodies == []


@pytest.mark.parametrize("status", [404, 500])
def test_a_webhook_that_refuses_is_named_by_its_variable_and_not_by_its_address(
    status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with webhook(status) as hook:
        told = said(Receivers(hook.address), capsys)
    assert f"MTL_NOTIFY_WEBHOOK: nobody was told “reviews: failed”: HTTP {status}" in told
    assert "secret" not in told


def test_receivers_that_never_answer_are_told_of_and_given_up_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with silent() as port:
        told = said(by_mail(port, webhook=f"http://127.0.0.1:{port}/planted-secret"), capsys)
    assert "MTL_NOTIFY_WEBHOOK: nobody was told" in told
    assert "MTL_NOTIFY_SMTP: nobody was told" in told
    assert told.count("no answer in time") == 2
    assert "secret" not in told


def test_a_receiver_that_is_not_there_is_told_of_by_its_kind_of_error(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(Receivers("http://127.0.0.1:9/planted-secret"), capsys)
    assert "ConnectError" in told
    assert "secret" not in told


def test_a_flow_that_decides_or_fails_is_told_of_and_stays_what_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @notifying
    def flow(spec: str, fails: bool) -> Outcome:
        if fails:
            raise MtlError("the disk is gone")
        return OUTCOME

    with webhook() as hook:
        stay(monkeypatch, tmp_path / "home", MTL_NOTIFY_WEBHOOK=hook.address)
        assert flow("reviews", fails=False) is OUTCOME
        with pytest.raises(MtlError, match="the disk is gone"):
            flow(spec=str(tmp_path / "nosuch.yaml"), fails=True)
    notice = notice_of(OUTCOME, f"sqlite:///{tmp_path / 'home' / 'mlflow.db'}")
    assert notice is not None
    assert hook.bodies[0] == notice.to_plain()
    assert (hook.bodies[1]["event"], hook.bodies[1]["study"]) == ("failed", "nosuch.yaml")


def test_a_receiver_that_cannot_be_one_is_told_before_the_flow_begins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[str] = []

    @notifying
    def flow(spec: str) -> Outcome:
        begun.append(spec)
        return OUTCOME

    stay(monkeypatch, tmp_path / "home", MTL_NOTIFY_WEBHOOK="nonsense")
    with pytest.raises(UserError, match="MTL_NOTIFY_WEBHOOK"):
        flow("reviews")
    assert begun == []


@pytest.mark.faults
def test_a_study_tells_of_its_promotion_once(tmp_path: Path) -> None:
    spec = write_clinics(tmp_path, schemes=["equal"], seeds=[0])
    with webhook() as hook:
        done = mtl(tmp_path / "home", "run", spec, "--json", MTL_NOTIFY_WEBHOOK=hook.address)
        assert done.status == 0, done.err
        again = mtl(tmp_path / "home", "run", spec, MTL_NOTIFY_WEBHOOK=hook.address)
        assert again.status == 0, again.err
    [body] = hook.bodies
    assert body["event"] == "promoted"
    assert done.outcome["decision"]["sentence"] in body["sentence"]
    assert done.outcome["run_id"] in body["text"]
    assert done.outcome["moved"] is True
