"""Whether a file is harmless: ClamAV's daemon where one is named, and what holds without one."""

import asyncio
import ssl
import struct
from enum import StrEnum
from typing import Protocol

from hotline.attachments.sniff import Kind
from hotline.settings import Settings

PATIENCE_SECONDS = 6.0
"""Less than the database leaves a transaction idle: some are asked within one."""


class Verdict(StrEnum):
    PASSED = "passed"
    HELD = "held"  # nobody may download it until somebody has decided
    INFECTED = "infected"


class Scanner(Protocol):
    async def scan(self, content: bytes, kind: Kind) -> Verdict:
        """Raises OSError or TimeoutError when it cannot be asked: then the file is held."""
        ...


# The test file of EICAR, in two parts so that this file is not taken for one.
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"


class NoScanner:
    """None is configured: what was drawn anew passes, documents pass by what they are."""

    async def scan(self, content: bytes, kind: Kind) -> Verdict:
        if kind.is_image:
            return Verdict.PASSED
        return Verdict.HELD if _EICAR in content else Verdict.PASSED


class Clamd:
    """`clamd` by its INSTREAM command: `unix:/run/clamav/clamd.ctl`, `tls:host:port`, `host:port`.

    It speaks no TLS itself: in front of it stands a stunnel with a certificate that is verified.
    """

    def __init__(self, address: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._address = address
        self._patience = patience_seconds

    async def scan(self, content: bytes, kind: Kind) -> Verdict:
        """Raises OSError where the answer is no verdict: too large, no signatures, broken off."""
        async with asyncio.timeout(self._patience):
            reader, writer = await self._connect()
            try:
                writer.write(b"zINSTREAM\0" + struct.pack("!L", len(content)) + content)
                writer.write(struct.pack("!L", 0))
                await writer.drain()
                answer = (await reader.read(4096)).rstrip(b"\0\n")
            finally:
                writer.close()
        if answer.endswith(b" OK"):
            return Verdict.PASSED
        if answer.endswith(b" FOUND"):
            return Verdict.INFECTED
        raise OSError("no verdict")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("unix:"):
            return await asyncio.open_unix_connection(self._address.removeprefix("unix:"))
        is_tls = self._address.startswith("tls:")
        host, _, port = self._address.removeprefix("tls:").rpartition(":")
        context = ssl.create_default_context() if is_tls else None
        return await asyncio.open_connection(host.strip("[]"), int(port), ssl=context)


def scanner_of(settings: Settings) -> Scanner:
    return Clamd(settings.virus_scanner) if settings.virus_scanner else NoScanner()


async def judged(scanner: Scanner, content: bytes, kind: Kind) -> Verdict:
    """A scanner that is down holds files back; it never lets them through."""
    try:
        return await scanner.scan(content, kind)
    except (OSError, TimeoutError):
        return Verdict.HELD
