"""Single sign-on in the browser: away to the city's provider, and back.

What belongs to one sign-in travels in a sealed cookie of ten minutes that only this path sees.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from hotline import clock
from hotline.accounts import sessions, single_sign_on
from hotline.accounts.auth import AnyAccount, hand_over, is_from_own_page, require_own_origin
from hotline.accounts.confirming import client_of, renew_token, require_password
from hotline.accounts.oidc import Proof, Provider, new_proof
from hotline.accounts.schemas import ConfirmIn
from hotline.accounts.single_sign_on import IdentityTaken
from hotline.errors import HotlineError, NotFound
from hotline.principal import Principal
from hotline.settings import Settings
from hotline.vault import SealBroken, Vault

router = APIRouter(prefix="/sso", include_in_schema=False)

_COOKIE = "hotline_sso"
_VALID_FOR = timedelta(minutes=10)
_PLACE = {"table": "sso", "column": "state", "row": "cookie"}
_SIGN_IN = "/console/sign-in"


@dataclass(frozen=True, slots=True)
class _Away:
    """Somebody who is at the provider now; whose session wants to be bound, if any."""

    proof: Proof
    until: float
    account_id: UUID | None = None
    session_id: UUID | None = None


@router.get("")
async def show_provider(request: Request) -> Response:
    """How the button is called; null where there is no provider."""
    settings: Settings = request.state.settings
    is_there = request.state.sso is not None
    return JSONResponse({"name": settings.oidc_name if is_there else None})


@router.get("/begin")
async def begin(request: Request) -> Response:
    """Only from our own pages or a typed address: a foreign page signs nobody in."""
    if not is_from_own_page(request):
        return _back("expired")
    return await _away(request, None, status=303)


@router.post("/bind")
async def begin_binding(request: Request, principal: AnyAccount, body: ConfirmIn) -> Response:
    """Where to go, for whoever is signed in and has given the password again."""
    require_own_origin(request)
    await require_password(request, principal, "password", body.password)
    answer = await _away(request, principal, status=200)
    async with request.state.database.transaction() as session:
        await renew_token(session, request, answer, principal)
    return answer


@router.get("/return")
async def come_back(request: Request) -> Response:
    """Whatever was wrong, the way leads back to a screen that says so."""
    away = _read(request)
    query = request.query_params
    state = query.get("state", "")
    if away is None or not secrets.compare_digest(state.encode(), away.proof.state.encode()):
        return _back("expired")
    try:
        identity = await _provider(request).identity(query.get("code", ""), away.proof)
        if away.account_id is not None:
            if not await _is_still_in(request, away):
                return _back("expired")
            await single_sign_on.bind(request.state.database, away.account_id, identity)
            return _forget(RedirectResponse("/console/?sso=bound", 303), request)
    except IdentityTaken:
        return _back("taken")
    except HotlineError as error:
        return _back(error.code)
    token = await single_sign_on.sign_in(request.state.database, identity, client_of(request))
    if token is None:
        return _back("unknown")
    answer = _forget(RedirectResponse("/console/", 303), request)
    settings: Settings = request.state.settings
    hand_over(answer, settings, token)
    return answer


async def _is_still_in(request: Request, away: _Away) -> bool:
    """Whoever was signed out meanwhile, by whomever, binds nothing any more."""
    if away.session_id is None:
        return False
    async with request.state.database.transaction() as session:
        return away.session_id in await sessions.still_open(session, [away.session_id])


async def _away(request: Request, principal: Principal | None, *, status: int) -> Response:
    provider = _provider(request)
    proof = new_proof()
    try:
        address = await provider.address_to_sign_in(proof)
    except HotlineError as error:
        if status == 200:
            raise
        return _back(error.code)
    answer: Response = (
        RedirectResponse(address, 303) if status == 303 else JSONResponse({"url": address})
    )
    settings: Settings = request.state.settings
    away = {
        "proof": asdict(proof),
        "until": (clock.now() + _VALID_FOR).timestamp(),
        "account_id": str(principal.account_id) if principal else None,
        "session_id": str(principal.session_id) if principal else None,
    }
    answer.set_cookie(
        settings.cookie_name(_COOKIE), _vault(request).seal(json.dumps(away), **_PLACE).hex(),
        max_age=int(_VALID_FOR.total_seconds()), httponly=True, secure=settings.is_https,
        samesite="lax",
    )  # fmt: skip
    return answer


def _read(request: Request) -> _Away | None:
    settings: Settings = request.state.settings
    try:
        sealed = bytes.fromhex(request.cookies.get(settings.cookie_name(_COOKIE), ""))
        kept: dict[str, Any] = json.loads(_vault(request).open(sealed, **_PLACE))
    except (ValueError, SealBroken):
        return None
    named = {name: UUID(kept[name]) for name in ("account_id", "session_id") if kept[name]}
    away = _Away(Proof(**kept["proof"]), kept["until"], **named)
    return away if clock.now().timestamp() < away.until else None


def _forget(answer: Response, request: Request) -> Response:
    """A proof is good once."""
    settings: Settings = request.state.settings
    answer.delete_cookie(
        settings.cookie_name(_COOKIE), secure=settings.is_https, httponly=True, samesite="lax"
    )
    return answer


def _back(why: str) -> Response:
    return RedirectResponse(f"{_SIGN_IN}?sso={quote(why)}", 303)


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.state.sso
    if provider is None:
        raise NotFound
    return provider


def _vault(request: Request) -> Vault:
    vault: Vault = request.state.database.carried["vault"]
    return vault
