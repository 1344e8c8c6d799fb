from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import UserError
from mtl.registry.signing import Keys, read_keys

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
NO_PASSWORD = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
SIGNING = PRIVATE.private_bytes(*NO_PASSWORD).decode()
TRUSTED = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


@given(document=st.binary(), change=st.integers(0, 10**6))
def test_a_signature_holds_for_its_document_alone(document: bytes, change: int) -> None:
    keys = read_keys(SIGNING, None)
    signature = keys.sign(document)
    assert read_keys(None, TRUSTED).accept(document, signature)
    position = change % (len(document) + 1)
    assert not keys.accept(document[:position] + b"!" + document[position:], signature)


@pytest.mark.parametrize("signature", ["", "no base64 at all", "AAAA"])
def test_what_is_no_signature_is_not_accepted(signature: str) -> None:
    assert not read_keys(SIGNING, None).accept(b"document", signature)


def test_keys_come_from_files_or_texts_and_without_them_nothing_is_signed(tmp_path: Path) -> None:
    (tmp_path / "private.pem").write_text(SIGNING)
    (tmp_path / "public.pem").write_text(TRUSTED)
    keys = read_keys(str(tmp_path / "private.pem"), str(tmp_path / "public.pem"))
    assert keys.accept(b"document", keys.sign(b"document"))
    assert Keys().sign(b"document") == ""
    assert read_keys(None, None) == Keys()


@pytest.mark.parametrize("setting", ["", "/nowhere/key.pem", TRUSTED, SIGNING.replace("-----END", "")])
def test_what_is_no_private_key_is_told_with_the_name_of_the_setting(setting: str) -> None:
    if setting:
        with pytest.raises(UserError, match=r"MTL_SIGNING_KEY: expected"):
            read_keys(setting, None)
    other = X25519PrivateKey.generate().private_bytes(*NO_PASSWORD).decode()
    with pytest.raises(UserError, match="an Ed25519 private key as PEM"):
        read_keys(other, None)
    with pytest.raises(UserError, match="MTL_TRUSTED_KEY: expected an Ed25519 public key"):
        read_keys(None, SIGNING)
