"""A certificate that a test's own server shows, and that its clients trust by being told so."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from hotline import clock

_SIGNS_ITSELF = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, key_encipherment=False, content_commitment=False,
    data_encipherment=False, key_agreement=False, crl_sign=False, encipher_only=False,
    decipher_only=False,
)  # fmt: skip
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def make_certificate(folder: Path, *, key: Key | None = None, host: str = "localhost") -> Path:
    """`chain.pem` and `key.pem` in the folder, good for a day; the chain's path."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_SIGNS_ITSELF, critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain = folder / "chain.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    return chain
