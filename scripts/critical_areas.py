"""Where a fault costs most: whoever comes in, whoever calls us, what is never missed."""

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

AREAS: Mapping[str, tuple[str, ...]] = {
    "sign-in": ("hotline/accounts/*.py",),
    "webhook": (
        "hotline/telephony/signature.py",
        "hotline/telephony/webhook.py",
        "hotline/calls/webhooks.py",
    ),
    "events": ("hotline/events/*.py", "hotline/realtime/*.py"),
}

KILLERS: Mapping[str, tuple[str, ...]] = {
    "sign-in": (
        "tests/accounts",
        "tests/promises/test_c01_c09_sign_in.py",
        "tests/promises/test_c02_breached.py",
        "tests/promises/test_c07_reset.py",
        "tests/promises/test_c08_single_sign_on.py",
        "tests/promises/test_c10_c14_sessions.py",
        "tests/promises/test_password_profiles.py",
        "tests/promises/test_c15_rights.py",
        "tests/conventions/test_api.py",
        "tests/conventions/test_console_schema.py",
        "tests/conventions/test_error_texts.py",
    ),
    "webhook": (
        "tests/telephony",
        "tests/calls/test_crowding.py",
        "tests/calls/test_webhooks.py",
        "tests/promises/test_c31_c37_telephony.py",
        "tests/queueing/test_webhooks.py",
    ),
    "events": (
        "tests/events",
        "tests/realtime",
        "tests/promises/test_c28_c30_sockets.py",
        "tests/promises/test_tracing.py",
        "tests/conventions/test_events.py",
    ),
}
"""The tests that are asked about a mutant of the area, beside those of the other areas."""


def files_of(area: str) -> list[str]:
    """Relative to the checkout, sorted."""
    found = (path for pattern in AREAS[area] for path in ROOT.glob(pattern))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)
