"""Certificates that do not hold and answers that are no HTTP, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hotline.carrier.faults import Faults
from hotline.carrier.webhooks import WebhookFailed, Webhooks
from tests.carrier.conftest import TOKEN

HERE, ELSEWHERE = x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("elsewhere.test")
DAY = timedelta(days=1)


def write_certificate(file: Path, host: x509.GeneralName, days: int) -> None:
    """Self-signed, good from `days - 30` to `days` days from now, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    until = datetime.now(UTC) + days * DAY
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 30 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(pem))


@asynccontextmanager
async def answering(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that says the same to everybody and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def code_of(url: str, trusted: ssl.SSLContext | None = None) -> int:
    client = httpx2.AsyncClient(trust_env=False, verify=trusted or True)
    webhooks = Webhooks(client, auth_token=TOKEN, faults=Faults())
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask(url, "POST", {"CallSid": "CA1"})
    await webhooks.close()
    return caught.value.code


@pytest.mark.parametrize(
    ("host", "days", "is_trusted", "code"),
    [
        (ELSEWHERE, 20, True, 11235),
        (HERE, -1, True, 11236),
        (HERE, 20, False, 11237),
    ],
    ids=["another host", "expired", "nobody vouches"],
)
async def test_what_is_wrong_with_a_certificate_is_told(
    tmp_path: Path, host: x509.GeneralName, days: int, is_trusted: bool, code: int
) -> None:
    file = tmp_path / "certificate.pem"
    write_certificate(file, host, days)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    trusted = ssl.create_default_context()
    if is_trusted:
        trusted.load_verify_locations(file)
    async with answering(b"", tls) as port:
        assert await code_of(f"https://127.0.0.1:{port}/voice", trusted) == code


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"<Response/>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 90\r\n\r\n<Respo",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ],
    ids=["hung up", "a TLS alert", "no HTTP", "cut short", "not packed"],
)
async def test_an_answer_that_is_no_http_is_11206(answer: bytes) -> None:
    async with answering(answer) as port:
        assert await code_of(f"http://127.0.0.1:{port}/voice") == 11206
