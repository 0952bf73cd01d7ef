"""What every resource shares: errors in Twilio's shape, Basic auth, the account in the path."""

import base64
import binascii
import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from hotline.carrier.exchange import Exchange
from hotline.carrier.rest.fields import Fields

INVALID_PARAMETER = 20001
AUTHENTICATION_FAILED = 20003
NOT_FOUND = 20404
INTERNAL = 20500
PREFIX = "/2010-04-01/Accounts/{account_sid}"


class RestError(Exception):
    """An error as the API documents it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def as_response(self) -> JSONResponse:
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else None
        return JSONResponse(body, self.status, headers)


class RestRoute(APIRoute):
    """Answers `RestError` in the documented shape, whatever the application around it does."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().handle(scope, receive, send)
        except RestError as error:
            await error.as_response()(scope, receive, send)


def not_found(request: Request) -> RestError:
    path = request.url.path
    return RestError(404, NOT_FOUND, f"The requested resource {path} was not found")


def exchange_of(request: Request) -> Exchange:
    exchange: Exchange = request.state.exchange
    return exchange


async def authorized(request: Request) -> Exchange:
    """The exchange, for whoever has the account's token and asks for that account."""
    exchange = exchange_of(request)
    settings = exchange.settings
    if not _is_account(request, settings.account_sid, settings.auth_token):
        raise RestError(401, AUTHENTICATION_FAILED, "Authenticate")
    if request.path_params.get("account_sid", settings.account_sid) != settings.account_sid:
        raise not_found(request)
    if exchange.faults.rest_fails_now():
        raise RestError(500, INTERNAL, "An internal server error has occurred")
    return exchange


async def read_fields(request: Request) -> Fields:
    try:
        form = await request.form()
    except HTTPException as error:
        raise RestError(400, INVALID_PARAMETER, "The form cannot be read") from error
    return Fields([(name, value) for name, value in form.multi_items() if isinstance(value, str)])


Switchboard = Annotated[Exchange, Depends(authorized)]
Form = Annotated[Fields, Depends(read_fields)]


def _is_account(request: Request, account_sid: str, token: str) -> bool:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(given, f"{account_sid}:{token}".encode())
