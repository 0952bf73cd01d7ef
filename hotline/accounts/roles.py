"""Roles as sets of scopes: the one table of who may do what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    DISTRICT_SUPERVISOR = "district_supervisor"
    CITY_SUPERVISOR = "city_supervisor"
    UNIT_HANDLER = "unit_handler"
    DIRECTORY_EDITOR = "directory_editor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Duty(StrEnum):
    """What an account is for; it never has two. The database holds every role to its duty."""

    SERVICE = "service"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


SELF = "account:self"

_SEAT = {
    "calls:read", "tickets:read", "directory:read", "directory:report", "organizations:read",
    "events:read", "orders:read", "vendors:read",
}  # fmt: skip
_ORDERS = {"orders:write"}
_VENDORS = _ORDERS | {"vendors:write"}
_SUPERVISION = _SEAT | _VENDORS | {
    "vendors:suspend",
    "calls:handle", "calls:supervise", "tickets:write", "tickets:dispatch", "tickets:supervise",
    "presence:set", "stats:read", "settlement:read", "settlement:write", "recordings:play",
    "webhooks:read", "webhooks:write", "exports:ask", "exports:approve", "canned-texts:write",
}  # fmt: skip

SCOPES: Mapping[Role, frozenset[str]] = {
    role: frozenset(scopes | {SELF})
    for role, scopes in {
        Role.AGENT: _SEAT | _ORDERS | {
            "calls:handle", "tickets:write", "presence:set", "recordings:play",
        },
        Role.DISPATCHER: _SEAT | _VENDORS | {
            "tickets:write", "tickets:dispatch", "presence:set", "recordings:play",
        },
        Role.DISTRICT_SUPERVISOR: _SUPERVISION,
        Role.CITY_SUPERVISOR: _SUPERVISION | {
            "wording:write", "settlement:approve", "vendors:approve",
        },
        Role.UNIT_HANDLER: (_SEAT - {"calls:read"}) | {"tickets:write"},
        Role.DIRECTORY_EDITOR: {
            "directory:read", "directory:report", "directory:review", "directory:write",
            "organizations:read", "events:read", "canned-texts:write",
        },
        Role.SYSTEM_ADMIN: {
            "accounts:read", "accounts:write", "organizations:read", "jobs:read", "jobs:write",
            "events:read",
        },
        Role.SECURITY_ADMIN: {
            "accounts:read", "roles:write", "organizations:read", "retention:write",
            "events:read",
        },
        Role.AUDIT_ADMIN: {"audit:read", "organizations:read"},
    }.items()
}  # fmt: skip

DUTIES: Mapping[Role, Duty] = {
    role: {
        Role.SYSTEM_ADMIN: Duty.SYSTEM,
        Role.SECURITY_ADMIN: Duty.SECURITY,
        Role.AUDIT_ADMIN: Duty.AUDIT,
    }.get(role, Duty.SERVICE)
    for role in Role
}

# Which tiers of the tree a role may be bound to; the others may stand anywhere.
PLACES: Mapping[Role, frozenset[str]] = {
    Role.CITY_SUPERVISOR: frozenset({"city"}),
    Role.DISTRICT_SUPERVISOR: frozenset({"district"}),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """All scopes of the roles; an account without any may only look after itself."""
    return frozenset({SELF}).union(*(SCOPES[Role(role)] for role in roles))


def is_administrator(roles: Iterable[str]) -> bool:
    return any(DUTIES[Role(role)] is not Duty.SERVICE for role in roles)
