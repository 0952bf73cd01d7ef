"""One-time codes by RFC 6238: six digits, steps of 30 s, one step early or late, each once."""

from datetime import datetime

import pyotp

STEP_SECONDS = 30
_ISSUER = "114"


def new_secret() -> str:
    return pyotp.random_base32(32)


def address_of(secret: str, username: str) -> str:
    """The `otpauth://` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def step_of(secret: str, code: str, *, now: datetime, last: int | None) -> int | None:
    """The step that the code belongs to when it is right and newer than the last one used."""
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        expected = generator.at(step * STEP_SECONDS)
        if pyotp.utils.strings_equal(expected, code) and (last is None or step > last):
            return step
    return None
