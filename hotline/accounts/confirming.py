"""Ask again for the password before what a person signs in or is called with is changed."""

from fastapi import Request

from hotline.accounts import sign_in
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


def client_of(request: Request) -> Client:
    return Client(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )
