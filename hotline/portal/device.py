"""The cookie by which two forms come from one device: a random number that we signed. Pure.

It says nothing about a person, is bound to no address, lives for two hours, and is written down
nowhere: the limits in memory alone count by it. A younger one is another device.
"""

import hmac
import re
from datetime import datetime, timedelta

from hotline.portal.challenge import Sign

COOKIE = "form"
LIFE = timedelta(hours=2)
RENEWED = timedelta(hours=1)
"""As long as the longest limit: whoever opens a form then has a whole hour to fill it in."""
_WRITTEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,11})\.([0-9a-f]{64})", re.ASCII)


def issue(now: datetime, nonce: str, sign: Sign) -> str:
    """`nonce` is 16 random bytes as 32 digits."""
    body = f"{nonce}.{int(now.timestamp())}"
    return f"{body}.{sign(body).hex()}"


def device_of(
    cookie: str | None, now: datetime, sign: Sign, *, within: timedelta = LIFE
) -> str | None:
    """None where there is no cookie, or one that is old or not ours."""
    found = _WRITTEN.fullmatch(cookie or "")
    if found is None:
        return None
    nonce, issued, signature = found.groups()
    if not hmac.compare_digest(signature, sign(f"{nonce}.{issued}").hex()):
        return None
    age = now - datetime.fromtimestamp(int(issued), now.tzinfo)
    return nonce if timedelta(minutes=-1) <= age < within else None
