"""The doctor's look at what lies outside: the certificate, the scanner, the standby."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from hotline.doctor import Grade, certificate, others
from hotline.settings import Settings
from tests.city import free_port

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def _certificate(folder: Path, days: int) -> Path:
    """One that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hotline.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path = folder / "chain.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("days", "grade"), [
    (90, Grade.GOOD), (14, Grade.GOOD), (13, Grade.DOUBTFUL), (0, Grade.DOUBTFUL), (-1, Grade.BAD),
])  # fmt: skip
def test_a_certificate_that_ends_soon_is_told(tmp_path: Path, days: int, grade: Grade) -> None:
    (found,) = certificate(_certificate(tmp_path, days), NOW)
    assert found.grade is grade


def test_what_is_no_certificate_is_told_and_none_is_asked_for_behind_a_proxy(
    tmp_path: Path,
) -> None:
    path = tmp_path / "chain.pem"
    assert certificate(path, NOW)[0].grade is Grade.BAD
    path.write_text("nothing")
    assert certificate(path, NOW)[0].grade is Grade.BAD
    assert certificate(None, NOW) == []


async def test_who_is_named_and_does_not_answer_is_told(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, virus_scanner=f"unix:{tmp_path}/nobody",
        replica_url=SecretStr(f"postgresql://nobody@127.0.0.1:{free_port()}/none"),
    )  # fmt: skip
    assert [(one.subject, one.grade) for one in await others(settings)] == [
        ("病毒扫描", Grade.BAD), ("只读副本", Grade.DOUBTFUL),
    ]  # fmt: skip
    assert await others(Settings(data_dir=tmp_path)) == []
