"""What ClamAV's daemon says decides; whatever else it does holds a file back."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hotline.attachments.scanner import Clamd, NoScanner, Verdict, judged, scanner_of
from hotline.attachments.sniff import PDF
from hotline.settings import Settings
from tests.certificates import make_certificate

EVIL = b"EVIL"
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _content(reader: asyncio.StreamReader) -> bytes:
    """As the daemon reads a stream: pieces with their length, the empty one last."""
    assert await reader.readexactly(10) == b"zINSTREAM\0"
    content = b""
    while (length := struct.unpack("!L", await reader.readexactly(4))[0]) > 0:
        content += await reader.readexactly(length)
    return content


async def _scan(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    found = EVIL in await _content(reader)
    writer.write(b"stream: Some.Virus FOUND\0" if found else b"stream: OK\0")
    writer.close()


async def _overfull(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
    writer.close()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


@asynccontextmanager
async def _daemon(folder: Path, answering: Answering) -> AsyncIterator[str]:
    path = folder / "clamd"
    server = await asyncio.start_unix_server(answering, path)
    async with server:
        yield f"unix:{path}"


@pytest.mark.parametrize(("content", "verdict"), [
    (b"%PDF-1.7 harmless" * 20_000, Verdict.PASSED), (b"%PDF-1.7" + EVIL, Verdict.INFECTED),
    (b"", Verdict.PASSED),
])  # fmt: skip
async def test_the_daemon_decides(tmp_path: Path, content: bytes, verdict: Verdict) -> None:
    async with _daemon(tmp_path, _scan) as address:
        scanner = scanner_of(Settings(data_dir=tmp_path, virus_scanner=address))
        assert await judged(scanner, content, PDF) is verdict


@pytest.mark.parametrize("answering", [_overfull, _hang_up, _say_nothing])
async def test_what_is_no_verdict_holds_the_file(tmp_path: Path, answering: Answering) -> None:
    async with _daemon(tmp_path, answering) as address:
        assert await judged(Clamd(address, patience_seconds=0.3), b"%PDF", PDF) is Verdict.HELD


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd", "127.0.0.1:1"])
async def test_a_daemon_that_is_away_holds_every_file(address: str) -> None:
    assert await judged(Clamd(address), b"%PDF", PDF) is Verdict.HELD


def test_without_a_setting_there_is_none(tmp_path: Path) -> None:
    assert isinstance(scanner_of(Settings(data_dir=tmp_path)), NoScanner)


async def test_a_daemon_elsewhere_is_asked_by_tls_and_only_behind_a_known_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, tmp_path / "key.pem")
    server = await asyncio.start_server(_scan, "127.0.0.1", 0, ssl=context)
    async with server:
        address = f"tls:localhost:{server.sockets[0].getsockname()[1]}"
        assert await judged(Clamd(address), b"%PDF", PDF) is Verdict.HELD
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        assert await judged(Clamd(address), b"%PDF", PDF) is Verdict.PASSED
        assert await judged(Clamd(address), b"%PDF" + EVIL, PDF) is Verdict.INFECTED
