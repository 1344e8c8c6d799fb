"""Who is told, as the environment says it; a mistake in it is told without what it holds, which may be a secret."""

import pytest

from flows.receivers import FROM, ON, SMTP, TO, WEBHOOK, MailServer, Receivers, receivers_of
from mtl.errors import UserError

HOOK = "https://hooks.example.org/services/T0/B0/planted-secret"
MAIL = {SMTP: "smtp://me:p%40ss@mail.example.org", TO: "ada@example.org, bo@example.org"}


def test_without_a_word_nobody_is_told() -> None:
    assert receivers_of({}) == Receivers()
    assert receivers_of({WEBHOOK: "", SMTP: " "}) == Receivers()


def test_a_webhook_and_a_mail_server_are_read() -> None:
    found = receivers_of({WEBHOOK: HOOK, **MAIL, ON: "failed, late"})
    assert found.webhook == HOOK
    assert found.mail == MailServer("mail.example.org", 587, False, "me", "p@ss")
    assert found.to == ("ada@example.org", "bo@example.org")
    assert found.sender == "ada@example.org"
    assert found.events == {"failed", "late"}


def test_an_encrypted_mail_server_has_a_port_of_its_own_and_a_sender_may_be_named() -> None:
    found = receivers_of({**MAIL, SMTP: "smtps://mail.example.org", FROM: "mtl@example.org"})
    assert found.mail == MailServer("mail.example.org", 465, True)
    assert found.sender == "mtl@example.org"


def test_secrets_are_no_part_of_what_is_printed_of_a_receiver() -> None:
    assert "secret" not in repr(receivers_of({WEBHOOK: HOOK, **MAIL}))
    assert "p@ss" not in repr(receivers_of(MAIL))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (WEBHOOK, "hooks.example.org/planted-secret"),
        (WEBHOOK, "https:///planted-secret"),
        (WEBHOOK, "https://[::1/planted-secret"),
        (WEBHOOK, "https://host/planted secret"),
        (SMTP, "mail.example.org:planted-secret"),
        (SMTP, "http://me:planted-secret@mail.example.org"),
        (SMTP, "smtp://me:planted-secret@mail.example.org:x"),
        (SMTP, "smtp://me:planted-secret@mail.example.org/path"),
        (TO, "ada"),
        (TO, "ada@example.org\r\nBcc: all@example.org"),
        (FROM, "Ada <ada@example.org>"),
    ],
)
def test_what_is_none_is_named_by_its_variable_with_what_was_expected(variable: str, value: str) -> None:
    with pytest.raises(UserError, match=f"^{variable}: expected ") as caught:
        receivers_of({**MAIL, variable: value})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("missing", [SMTP, TO])
def test_a_mail_server_without_addresses_or_addresses_without_one_is_a_mistake(missing: str) -> None:
    with pytest.raises(UserError, match="belong together"):
        receivers_of({name: value for name, value in MAIL.items() if name != missing})


def test_an_event_that_is_none_is_told_beside_those_that_are() -> None:
    with pytest.raises(UserError, match=r"MTL_NOTIFY_ON: expected some of promoted, .*, late, .* got 'nosuch'"):
        receivers_of({ON: "failed, nosuch"})
