"""Ed25519 signatures (Bernstein et al. 2011; RFC 8032) by whoever decides, checked by whoever promotes and serves."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mtl.errors import UserError

PEM = "-----BEGIN"


@dataclass(frozen=True)
class Keys:
    """What this process signs with, and what it trusts; both None: decisions are neither signed nor is that asked.

    Attributes:
        signing: signs decisions.
        trusted: what decisions must be signed with; with a signing key alone, that one's public half.
    """

    signing: Ed25519PrivateKey | None = None
    trusted: Ed25519PublicKey | None = None

    def sign(self, document: bytes) -> str:
        """The signature in base64; empty without a key."""
        return base64.b64encode(self.signing.sign(document)).decode() if self.signing else ""

    def accept(self, document: bytes, signature: str) -> bool:
        """Whether the trusted key has signed the document; there must be one."""
        assert self.trusted is not None
        try:
            self.trusted.verify(base64.b64decode(signature, validate=True), document)
        except (InvalidSignature, binascii.Error):
            return False
        return True


def read_keys(signing: str | None, trusted: str | None) -> Keys:
    """The keys that two settings name, each a PEM text or the path of a file with one.

    Raises:
        UserError: a setting holds no Ed25519 key.
    """
    private = _private(signing) if signing else None
    public = _public(trusted) if trusted else (private.public_key() if private else None)
    return Keys(private, public)


def _private(setting: str) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(_pem("MTL_SIGNING_KEY", setting), password=None)
    except (ValueError, TypeError) as error:
        raise _no_key("MTL_SIGNING_KEY", "private") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key("MTL_SIGNING_KEY", "private")
    return key


def _public(setting: str) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(_pem("MTL_TRUSTED_KEY", setting))
    except ValueError as error:
        raise _no_key("MTL_TRUSTED_KEY", "public") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key("MTL_TRUSTED_KEY", "public")
    return key


def _pem(name: str, setting: str) -> bytes:
    if setting.lstrip().startswith(PEM):
        return setting.encode()
    try:
        return Path(setting).read_bytes()
    except (OSError, ValueError) as error:
        raise UserError(f"{name}: expected a PEM text or the path of a readable file; {error}") from error


def _no_key(name: str, half: str) -> UserError:
    return UserError(
        f"{name}: expected an Ed25519 {half} key as PEM, without a password; make a pair with"
        " `openssl genpkey -algorithm ed25519 -out private.pem` and `openssl pkey -in private.pem -pubout`"
    )
