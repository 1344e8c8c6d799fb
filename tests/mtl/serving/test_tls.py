"""HTTPS by a certificate's files, and what is said where they are none."""

import datetime
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mtl.errors import UserError
from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import Tls, running
from tests.mtl.serving.test_app import ROW

DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """Of localhost, signed by itself."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(text)
    return Tls(folder / "cert.pem", folder / "key.pem")


def test_a_client_that_trusts_the_certificate_is_answered(folder: Path, tls: Tls) -> None:
    tls.require()
    app = create_app("demo", Follower(FixedSource("7", folder)))
    trusting = ssl.create_default_context(cafile=tls.certificate)
    with running(app, tls=tls) as port, httpx.Client(verify=trusting, trust_env=False, timeout=30) as client:
        answer = client.post(f"https://localhost:{port}/invocations", json={"dataframe_records": [ROW]})
        assert answer.status_code == 200
        assert "predictions" in answer.json()


def test_files_that_are_none_are_named(tls: Tls, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--tls-cert and --tls-key: .*nowhere\.pem.* are none: No such file"):
        Tls(tmp_path / "nowhere.pem", tls.key).require()
    with pytest.raises(UserError, match="expected a certificate and its key in PEM"):
        Tls(tls.key, tls.certificate).require()
