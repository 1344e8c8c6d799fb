"""Keys without which the server answers nothing but whether it lives."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from mtl.errors import UserError
from mtl.serving.exchange import Headers, header

SHORTEST = 16
"""Characters of a key: one that can be guessed is none."""


@dataclass(frozen=True)
class ApiKeys:
    """The sha256 of each key, so that none is in memory longer than it takes to read it; none asks for none."""

    digests: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, text: str | None, called: str) -> "ApiKeys":
        """Keys that are separated by commas or white space; None asks for none. `called`: what the text is.

        Raises:
            UserError: one is too short, or not printable ASCII, which a header could not carry; it is not shown. Or the
                text holds none: a secret that was to be put there and was not must not open the server.
        """
        if text is None:
            return cls()
        if not text.replace(",", " ").split():
            raise UserError(f"{called} is set and holds no key; set keys, or unset it to let everybody in")
        keys = text.replace(",", " ").split()
        for place, key in enumerate(keys, start=1):
            if len(key) < SHORTEST or not (key.isascii() and key.isprintable()):
                raise UserError(
                    f"{called}: expected keys of at least {SHORTEST} printable ASCII characters, separated by commas; "
                    f"key {place} of {len(keys)} has {len(key)}; draw one with `openssl rand -hex 32`"
                )
        return cls(tuple(_digest(key.encode()) for key in keys))

    def allow(self, headers: Headers) -> bool:
        """Whether a request bears one of them: `Authorization: Bearer KEY`, or `X-API-Key: KEY`.

        It takes as long whichever it is, and however much of one is right.
        """
        if not self.digests:
            return True
        digest = _digest(_borne(headers))
        return any(_each_equal(digest, self.digests))


def _borne(headers: Headers) -> bytes:
    scheme, _, token = (header(headers, b"authorization") or b"").partition(b" ")
    if scheme.lower() == b"bearer":
        return token.strip()
    return header(headers, b"x-api-key") or b""


def _each_equal(digest: bytes, known: Sequence[bytes]) -> list[bool]:
    return [hmac.compare_digest(digest, each) for each in known]


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
