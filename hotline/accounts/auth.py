"""Every principal that an edge may ask for, each with the scope that it needs.

`TicketReader` and the like are `Annotated` dependencies over a real security scheme, so that the
scopes stand in OpenAPI. Nobody signed in is 401, always; a scope that is missing is 403.
"""

from typing import Annotated

import structlog
from fastapi import Request, Response, Security
from fastapi.security import APIKeyCookie, SecurityScopes
from starlette.requests import HTTPConnection

from hotline import audit
from hotline.accounts.origins import SAFE_METHODS, is_own
from hotline.accounts.sessions import OLDEST, authenticate
from hotline.audit import Result
from hotline.errors import ForeignOrigin, NotSignedIn, ScopeMissing
from hotline.principal import Principal
from hotline.settings import Settings

COOKIE = "hotline_session"


class SessionCookie(APIKeyCookie):
    """Over https the cookie carries the `__Host-` prefix, and only then."""

    def __init__(self) -> None:
        super().__init__(name=COOKIE, scheme_name="session", auto_error=False)

    async def __call__(self, request: HTTPConnection) -> str | None:
        return token_of(request)


async def authorize(
    request: Request,
    needed: SecurityScopes,
    token: Annotated[str | None, Security(SessionCookie())],
) -> Principal:
    require_own_origin(request)
    principal = await who_holds(request, token)
    structlog.contextvars.bind_contextvars(account_id=str(principal.account_id))
    missing = [scope for scope in needed.scopes if not principal.has(scope)]
    if missing:
        await _note_refused(request, principal, missing)
        raise ScopeMissing(scopes=missing)
    return principal


async def who_holds(request: Request, token: str | None) -> Principal:
    """Raises NotSignedIn."""
    settings: Settings = request.state.settings
    principal = await authenticate(request.state.database, settings, token)
    if principal is None:
        raise NotSignedIn
    return principal


async def _note_refused(request: Request, principal: Principal, missing: list[str]) -> None:
    """In a transaction of its own; the route's template, since a path may hold what is secret."""
    route = getattr(request.scope.get("route"), "path", "")
    async with request.state.database.transaction() as session:
        await audit.record(
            session, principal, "access.refused", target=f"{request.method} {route}",
            result=Result.REFUSED, scopes=missing,
        )  # fmt: skip


def require_own_origin(request: Request) -> None:
    """An unsafe request from a foreign page is refused before anything else (CSRF)."""
    if request.method not in SAFE_METHODS and not is_from_own_page(request):
        raise ForeignOrigin


def is_from_own_page(request: Request) -> bool:
    settings: Settings = request.state.settings
    return is_own(request.headers, settings.address_under(request.headers.get("host")))


def token_of(connection: HTTPConnection) -> str | None:
    """The session token that a request or a websocket brings along."""
    return connection.cookies.get(cookie_name(connection.state.settings))


def cookie_name(settings: Settings) -> str:
    return settings.cookie_name(COOKIE)


def hand_over(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings), token, max_age=int(OLDEST.total_seconds()), httponly=True,
        secure=settings.is_https, samesite="strict",
    )  # fmt: skip


AnyAccount = Annotated[Principal, Security(authorize, scopes=["account:self"])]
AccountReader = Annotated[Principal, Security(authorize, scopes=["accounts:read"])]
AccountWriter = Annotated[Principal, Security(authorize, scopes=["accounts:write"])]
RoleWriter = Annotated[Principal, Security(authorize, scopes=["roles:write"])]
AuditReader = Annotated[Principal, Security(authorize, scopes=["audit:read"])]
CallReader = Annotated[Principal, Security(authorize, scopes=["calls:read"])]
CallTaker = Annotated[Principal, Security(authorize, scopes=["calls:handle"])]
RecordingPlayer = Annotated[Principal, Security(authorize, scopes=["recordings:play"])]
TicketReader = Annotated[Principal, Security(authorize, scopes=["tickets:read"])]
TicketWriter = Annotated[Principal, Security(authorize, scopes=["tickets:write"])]
TicketDispatcher = Annotated[Principal, Security(authorize, scopes=["tickets:dispatch"])]
TicketSupervisor = Annotated[Principal, Security(authorize, scopes=["tickets:supervise"])]
OrderReader = Annotated[Principal, Security(authorize, scopes=["orders:read"])]
OrderWriter = Annotated[Principal, Security(authorize, scopes=["orders:write"])]
VendorReader = Annotated[Principal, Security(authorize, scopes=["vendors:read"])]
VendorWriter = Annotated[Principal, Security(authorize, scopes=["vendors:write"])]
VendorApprover = Annotated[Principal, Security(authorize, scopes=["vendors:approve"])]
VendorSuspender = Annotated[Principal, Security(authorize, scopes=["vendors:suspend"])]
DirectoryReader = Annotated[Principal, Security(authorize, scopes=["directory:read"])]
DirectoryWriter = Annotated[Principal, Security(authorize, scopes=["directory:write"])]
CannedTextWriter = Annotated[Principal, Security(authorize, scopes=["canned-texts:write"])]
DirectoryReporter = Annotated[Principal, Security(authorize, scopes=["directory:report"])]
Matcher = Annotated[Principal, Security(authorize, scopes=["directory:read"])]
OrganizationReader = Annotated[Principal, Security(authorize, scopes=["organizations:read"])]
EventReader = Annotated[Principal, Security(authorize, scopes=["events:read"])]
PresenceSetter = Annotated[Principal, Security(authorize, scopes=["presence:set"])]
SeatSupervisor = Annotated[Principal, Security(authorize, scopes=["calls:supervise"])]
StatsReader = Annotated[Principal, Security(authorize, scopes=["stats:read"])]
SettlementReader = Annotated[Principal, Security(authorize, scopes=["settlement:read"])]
SettlementWriter = Annotated[Principal, Security(authorize, scopes=["settlement:write"])]
SettlementApprover = Annotated[Principal, Security(authorize, scopes=["settlement:approve"])]
JobReader = Annotated[Principal, Security(authorize, scopes=["jobs:read"])]
JobWriter = Annotated[Principal, Security(authorize, scopes=["jobs:write"])]
WebhookReader = Annotated[Principal, Security(authorize, scopes=["webhooks:read"])]
WebhookWriter = Annotated[Principal, Security(authorize, scopes=["webhooks:write"])]
ExportAsker = Annotated[Principal, Security(authorize, scopes=["exports:ask"])]
ExportApprover = Annotated[Principal, Security(authorize, scopes=["exports:approve"])]
RetentionWriter = Annotated[Principal, Security(authorize, scopes=["retention:write"])]
WordingWriter = Annotated[Principal, Security(authorize, scopes=["wording:write"])]
