"""Addresses of webhooks, with the connection overrides that their fragment may carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

RETRY_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
INVALID_URL = 11100


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often and how patiently a webhook is tried. Times are real milliseconds."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    connect_ms: int = 5_000
    read_ms: int = 15_000
    total_ms: int = 15_000

    def may_retry(self, failure: str) -> bool:
        return failure in self.retry_on or "all" in self.retry_on


def split_overrides(url: str) -> tuple[str, Overrides]:
    """`http://host/path?query#rc=2&rp=5xx` → what is requested and signed, and how."""
    address, _, fragment = url.partition("#")
    given = dict(parse_qsl(fragment))
    return address, Overrides(
        retries=_within(given, "rc", 0, 5, default=1),
        retry_on=_policies(given.get("rp")),
        connect_ms=_within(given, "ct", 100, 10_000, default=5_000),
        read_ms=_within(given, "rt", 100, 15_000, default=15_000),
        total_ms=_within(given, "tt", 100, 15_000, default=15_000),
    )


def is_webhook_url(url: str) -> bool:
    """Absolute, by http or https, with a host. Loopback is allowed: the hotline may be there."""
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return False
    has_blank = any(character.isspace() for character in url)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port_is_valid
        and (not has_blank)
    )


def resolve(base: str | None, reference: str) -> str:
    """`reference` as seen from the current document; empty means that document itself.

    What is no address at all stays as it is: whoever asks it will say so.
    """
    text = reference.strip()
    if not text:
        return base or ""
    try:
        return urljoin(base.partition("#")[0], text) if base else text
    except ValueError:
        return text


def _within(given: Mapping[str, str], name: str, low: int, high: int, *, default: int) -> int:
    try:
        value = int(given.get(name, ""))
    except ValueError:
        return default
    return value if low <= value <= high else default


def _policies(text: str | None) -> frozenset[str]:
    named = frozenset(part.strip() for part in (text or "").split(",") if part.strip())
    return named if named and named <= RETRY_POLICIES else Overrides().retry_on
