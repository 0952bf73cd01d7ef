"""Ask again for the password before what a person signs in or is called with is changed.

Whoever gave it goes on with a new token: a token that somebody else has seen before ends there.
The session, and the sockets that hold it, stay.
"""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts import sessions, sign_in
from hotline.accounts.auth import hand_over
from hotline.accounts.service import invalid
from hotline.accounts.sessions import Client
from hotline.principal import Principal


async def require_password(
    request: Request, principal: Principal, field: str, password: str
) -> None:
    """Outside of any transaction: hashing takes its time. Raises InvalidInput, TooManyAttempts."""
    database = request.state.database
    if not await sign_in.confirm_password(database, principal, password, client_of(request)):
        raise invalid(field, "密码不正确。")


async def renew_token(
    session: AsyncSession, request: Request, response: Response, principal: Principal
) -> None:
    """After `require_password`, in the transaction of what was asked for."""
    if principal.session_id is not None:
        token = await sessions.renew(session, principal.session_id)
        hand_over(response, request.state.settings, token)


def client_of(request: Request) -> Client:
    return Client(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )
