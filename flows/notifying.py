"""Telling a webhook and a mailbox what a study came to. No receiver can fail a study, or hold it up for long."""

import logging
import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import partial, wraps
from typing import ParamSpec

import httpx

from flows.open_study import open_study
from flows.progress import say
from flows.receivers import SMTP, WEBHOOK, MailServer, Receivers
from flows.settings import read_receivers, read_settings
from mtl.errors import UserError
from mtl.report.notice import Notice, notice_of, notice_of_failure
from mtl.report.outcome import Outcome
from mtl.shown import without_passwords

P = ParamSpec("P")

LOG = logging.getLogger(__name__)
"""Goes to Prefect's pages: nobody watches a scheduled study."""

SECONDS = 5.0
"""That all receivers have together; whoever takes longer is left to a thread that ends with the process."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def notifying(flow: Callable[P, Outcome]) -> Callable[P, Outcome]:
    """The function of a flow whose first argument is a spec, with a notice of what it comes to.

    It raises what it raised, and UserError where the environment names receivers that cannot be.
    """

    @wraps(flow)
    def told(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        receivers, settings = read_receivers(), read_settings()
        try:
            outcome = flow(*args, **kwargs)
        except Exception as error:
            name = name_of(str(args[0] if args else kwargs["spec"]))
            notify(receivers, notice_of_failure(name, error, str(settings.home)))
            raise
        if notice := notice_of(outcome, without_passwords(settings.tracking_uri)):
            notify(receivers, notice)
        return outcome

    return told


def notify(receivers: Receivers, notice: Notice) -> None:
    """Tell all who asked for this kind of notice, side by side. Whom it did not reach is said in a line, no more."""
    if notice.event not in receivers.events:
        return
    ways: dict[str, Callable[[], object]] = {}
    if receivers.webhook:
        ways[WEBHOOK] = partial(_post, receivers.webhook, notice)
    if receivers.mail:
        ways[SMTP] = partial(_mail, receivers.mail, _message(receivers, notice))
    failures = dict.fromkeys(ways, "no answer in time")
    threads = [threading.Thread(target=_try, args=(name, ways[name], failures), daemon=True) for name in ways]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    for name, failure in dict(failures).items():
        line = f"{name}: nobody was told “{notice.subject}”: {failure}; the study itself is not affected"
        say(line)
        LOG.warning(line)


def _try(name: str, send: Callable[[], object], failures: dict[str, str]) -> None:
    """What an exception says may hold the address, which may be a secret: its kind must do."""
    try:
        send()
    except httpx.HTTPStatusError as error:
        failures[name] = f"HTTP {error.response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UserError, smtplib.SMTPException, ValueError) as error:
        failures[name] = str(error) if isinstance(error, UserError) else type(error).__name__
    else:
        del failures[name]


def _post(webhook: str, notice: Notice) -> None:
    httpx.post(webhook, json=notice.to_plain(), timeout=SECONDS).raise_for_status()


def _mail(server: MailServer, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    if server.encrypted:
        with smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context) as session:
            _send(session, server, message, safe=True)
        return
    with smtplib.SMTP(server.host, server.port, timeout=SECONDS) as session:
        session.ehlo()
        if offered := session.has_extn("starttls"):
            session.starttls(context=context)
        _send(session, server, message, safe=offered or server.host in LOOPBACK)


def _send(session: smtplib.SMTP, server: MailServer, message: EmailMessage, safe: bool) -> None:
    if server.user is not None:
        if not safe:
            raise UserError("the mail server offers no encryption, and a password would be sent in clear text")
        session.login(server.user, server.password or "")
    session.send_message(message)


def _message(receivers: Receivers, notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = receivers.sender, ", ".join(receivers.to)
    message["Subject"], message["Date"] = f"[mtl] {notice.subject}", formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain="mtl.invalid")  # without a domain, it asks the network for one
    message.set_content(notice.text)
    return message


def name_of(spec: str) -> str:
    """A study's name, or what was given for its spec where that cannot be read."""
    with suppress(UserError):
        return open_study(spec, read_settings()).spec.name
    return spec.rpartition("/")[2]
