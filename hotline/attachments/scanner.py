"""Whether a file is harmless: a port for a virus scanner, and what holds without one."""

from enum import StrEnum
from typing import Protocol

from hotline.attachments.sniff import Kind


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


async def judged(scanner: Scanner, content: bytes, kind: Kind) -> Verdict:
    """A scanner that is down holds files back; it never lets them through."""
    try:
        return await scanner.scan(content, kind)
    except (OSError, TimeoutError):
        return Verdict.HELD
