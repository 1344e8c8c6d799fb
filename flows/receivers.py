"""Who is told of what a study came to, as the environment names them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from mtl.errors import UserError
from mtl.report.notice import EVENTS

WEBHOOK, SMTP, TO, FROM, ON = (f"MTL_NOTIFY_{name}" for name in ("WEBHOOK", "SMTP", "TO", "FROM", "ON"))

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """`encrypted`: from the first byte on; else it is asked to be, and no password is sent unless it is."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Receivers:
    """Where notices go.

    Attributes:
        webhook: an address that is a secret by itself, as Slack's are.
        events: what is worth a notice.
    """

    webhook: str | None = field(default=None, repr=False)
    mail: MailServer | None = None
    to: tuple[str, ...] = ()
    sender: str = ""
    events: frozenset[str] = frozenset(EVENTS)


def receivers_of(environment: Mapping[str, str]) -> Receivers:
    """What the variables say; nobody where there is none.

    Raises:
        UserError: a variable holds something else than expected; what it holds is not told, since it may be a secret.
    """
    told = {name: value for name in (WEBHOOK, SMTP, TO, FROM, ON) if (value := environment.get(name, "").strip())}
    mail = _mail_server(told[SMTP]) if SMTP in told else None
    to = tuple(_address(TO, address) for address in told.get(TO, "").split(",") if address.strip())
    if bool(mail) != bool(to):
        raise UserError(f"{SMTP} and {TO} belong together: the mail server, and who is written to; one is missing")
    sender = _address(FROM, told[FROM]) if FROM in told else to[0] if to else ""
    webhook = _webhook(told[WEBHOOK]) if WEBHOOK in told else None
    return Receivers(webhook, mail, to, sender, _events(told.get(ON)))


def _webhook(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # half of an IPv6 address, or a port that is none
        sound = False
    if not sound or re.search(r"\s", value):
        raise UserError(f"{WEBHOOK}: expected http(s)://host/path; what it holds is none")
    return value


def _mail_server(value: str) -> MailServer:
    try:
        parts = urlsplit(value)
        port = parts.port or PORTS[parts.scheme]
        if not parts.hostname or parts.path.strip("/"):
            raise ValueError
    except (ValueError, KeyError) as error:
        raise UserError(f"{SMTP}: expected smtp(s)://user:password@host:port; what it holds is none") from error
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname, port, parts.scheme == "smtps", user, password)


def _address(name: str, value: str) -> str:
    if not re.fullmatch(r"[^\s@,<>\x00-\x20\x7f]+@[^\s@,<>\x00-\x20\x7f]+", value.strip(), re.ASCII):
        raise UserError(f"{name}: expected addresses such as ada@example.org, with commas between them")
    return value.strip()


def _events(value: str | None) -> frozenset[str]:
    if value is None:
        return frozenset(EVENTS)
    named = frozenset(word.strip() for word in value.split(","))
    if unknown := named - set(EVENTS):
        raise UserError(f"{ON}: expected some of {', '.join(EVENTS)}, with commas; got {', '.join(sorted(unknown))!r}")
    return named
