"""What people are shown neither moves their cursor nor tells a password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.shown import printable, reason_of, shortened, without_passwords
from tests.mtl.evaluation.cases import lightly

ANY = st.text(st.characters(), max_size=50) | st.text("\x1b[31m\x00\x07\x9b\u202e\ud800\na", max_size=20)


@lightly
@given(ANY)
def test_what_is_printable_can_be_encoded_and_stays_what_it_is(text: str) -> None:
    shown = printable(text)
    assert len(shown.encode()) >= len(text)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown if character not in "\n\t")
    assert printable(shown) == shown


def test_a_plain_text_is_left_alone() -> None:
    assert printable("é 😀 [red]\ttab\n") == "é 😀 [red]\ttab\n"
    assert printable("\x1b[2Ja\u202eb\x9bc\r") == "\\x1b[2Ja\\u202eb\\x9bc\\r"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("http://me:pw@host:5000/a?b=c@d", "http://me:***@host:5000/a?b=c@d"),
        ("at http://me:p@w@host, then postgresql+psycopg2://u:p/w@h/db", "at http://me:***@host, then "),
        ("sqlite:////home/a:b@c/mlflow.db", "sqlite:////home/a:b@c/mlflow.db"),
        ("http://host:5000/x", "http://host:5000/x"),
        ("http://token@host", "http://token@host"),
    ],
)
def test_the_password_of_an_address_is_hidden(told: str, shown: str) -> None:
    assert without_passwords(told).startswith(shown)
    assert "p/w" not in without_passwords(told)


def test_a_reason_is_one_line_without_the_path_that_was_meant() -> None:
    assert reason_of(OSError(36, "File name too long", "a" * 5000)) == "File name too long"
    assert reason_of(ValueError("one\n two")) == "one two"
    assert reason_of(KeyError()) == "KeyError"
    assert shortened("a" * 90) == "a" * 79 + "…"
