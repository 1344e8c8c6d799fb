"""Text as people may see it: no control characters, which a terminal obeys, and no passwords."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""All but tabs and new lines: what moves the cursor, turns the direction of writing, or is no character at all."""

_PASSWORDS = re.compile(r"""(?<=://)([^\s/:@'"]*):(?:[^\s'"/?#]*|[^\s'"]*)@""")
"""Of what can be read in two ways, rather too much is hidden: a database's password may hold a slash."""


def printable(text: str) -> str:
    r"""The text with each control character and each half of a surrogate pair written out.

    >>> printable("\x1b[31mred")
    '\\x1b[31mred'
    """
    return _CONTROLS.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def without_passwords(text: str) -> str:
    """The text with the password of each address in it replaced by `***`.

    >>> without_passwords("cannot reach http://me:se:cr@t@host/x?y=a@b")
    'cannot reach http://me:***@host/x?y=a@b'
    """
    return _PASSWORDS.sub(r"\1:***@", text)


def shortened(text: str, longest: int = 80) -> str:
    """The text, cut where it is longer than a line has room for."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def reason_of(error: Exception) -> str:
    """What an exception says, in one line; of the operating system's, why, without the path that was meant."""
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return shortened(" ".join(told.split()) or type(error).__name__, 300)
