"""The doctor's look at what lies outside: the certificate, the scanner, the standby."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from hotline import clock
from hotline.database_checks import copies, has_several_hosts, standby
from hotline.db import Database
from hotline.doctor import (
    BACKUP_FILE,
    backup,
    certificate,
    configuration,
    folder,
    leftovers,
    note_backup,
    others,
)
from hotline.findings import Grade
from hotline.installation import sample_city_logins
from hotline.settings import Settings
from tests.certificates import make_certificate
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


@pytest.mark.parametrize(("bits", "grades"), [(2048, [Grade.DOUBTFUL]), (3072, [])])
def test_a_certificate_with_a_short_rsa_key_is_told(
    tmp_path: Path, bits: int, grades: list[Grade]
) -> None:
    chain = make_certificate(tmp_path, key=rsa.generate_private_key(65_537, bits))
    told = [finding for finding in certificate(chain, clock.now()) if "RSA" in finding.says]
    assert [finding.grade for finding in told] == grades


async def test_who_is_named_and_does_not_answer_is_told(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, virus_scanner=f"unix:{tmp_path}/nobody",
        replica_url=SecretStr(f"postgresql://nobody@127.0.0.1:{free_port()}/none"),
    )  # fmt: skip
    assert [(one.subject, one.grade) for one in await others(settings)] == [
        ("病毒扫描", Grade.BAD), ("只读副本", Grade.DOUBTFUL),
    ]  # fmt: skip
    assert await others(Settings(data_dir=tmp_path)) == []


@pytest.mark.parametrize(("awaited", "following", "grade"), [
    ("standby", 1, Grade.GOOD), ("", 1, Grade.DOUBTFUL), ("standby", 0, Grade.BAD),
    ("", 0, Grade.BAD),
])  # fmt: skip
def test_a_standby_that_is_away_is_told_before_it_is_needed(
    awaited: str, following: int, grade: Grade
) -> None:
    assert standby(awaited, following).grade is grade


async def test_a_cluster_without_copies_is_told_and_one_machine_is_left_alone(
    database: Database,
) -> None:
    connection = await database.connect()
    found = await copies(connection, is_cluster=True)
    assert {(one.subject, one.grade) for one in found} == {
        ("备库", Grade.BAD), ("归档", Grade.DOUBTFUL)
    }  # fmt: skip
    assert await copies(connection, is_cluster=False) == []
    await connection.close()


def test_an_address_of_several_hosts_is_a_cluster() -> None:
    several = "postgresql+asyncpg://login@/hotline?host=primary:5432&host=standby:5432"
    assert has_several_hosts(several)
    assert not has_several_hosts("postgresql+asyncpg://login@primary:5432/hotline")


def test_a_backup_that_another_program_made_counts_without_its_file(tmp_path: Path) -> None:
    note_backup(tmp_path, Path("/elsewhere/base"), elsewhere=True)
    noted = clock.now()
    assert backup(tmp_path, noted, is_sample=False).grade is Grade.GOOD
    assert backup(tmp_path, noted + timedelta(days=3), is_sample=False).grade is Grade.BAD
    note_backup(tmp_path, tmp_path / "gone.dump")
    assert backup(tmp_path, noted, is_sample=False).grade is Grade.BAD


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    chain = make_certificate(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    make_certificate(other)
    for key, is_good in ((tmp_path / "key.pem", True), (other / "key.pem", False)):
        settings = Settings(
            data_dir=tmp_path, public_url="https://h.example",
            tls_certificate=chain, tls_key_file=key,
        )  # fmt: skip
        assert (configuration(settings, [])[0].grade is Grade.GOOD) is is_good


def test_log_ins_of_the_sample_city_in_a_production_are_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, public_url="https://h.example")
    assert list(leftovers(settings)) == []
    login = {"username": "a", "password": "b", "role": "agent", "organization": "c"}
    (tmp_path / "sample-accounts.json").write_text(json.dumps([login]))
    assert [one.grade for one in leftovers(settings)] == [Grade.BAD]
    assert sample_city_logins(settings) == []
    assert list(leftovers(Settings(data_dir=tmp_path))) == []


def test_a_note_of_half_a_line_and_a_file_for_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / BACKUP_FILE).write_text('{"file": "')
    assert backup(tmp_path, NOW, is_sample=False).grade is Grade.BAD
    assert [one.grade for one in folder(tmp_path / BACKUP_FILE)] == [Grade.BAD]
    assert list(folder(tmp_path / "not yet")) == []
