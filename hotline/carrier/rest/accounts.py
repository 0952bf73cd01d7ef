"""The account itself, as far as a client asks for it at its start."""

from typing import Any

from fastapi import APIRouter, Request

from hotline.carrier.exchange import Exchange
from hotline.carrier.rest.pages import matches, page_of
from hotline.carrier.rest.route import PREFIX, RestRoute, Switchboard

_PARTS = {
    "calls": "Calls",
    "conferences": "Conferences",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
    "queues": "Queues",
    "recordings": "Recordings",
}
_FILTERS = {"FriendlyName": "friendly_name", "Status": "status"}

router = APIRouter(route_class=RestRoute, include_in_schema=False)


@router.get("/2010-04-01/Accounts.json")
async def list_accounts(exchange: Switchboard, request: Request) -> dict[str, Any]:
    """The only one there is."""
    account = account_json(exchange)
    is_wanted = all(matches(request, n, account[k]) for n, k in _FILTERS.items())
    return page_of(request, "accounts", [account] if is_wanted else [], dict)


@router.get(f"{PREFIX}.json")
async def fetch_account(exchange: Switchboard) -> dict[str, Any]:
    return account_json(exchange)


def account_json(exchange: Exchange) -> dict[str, Any]:
    base = exchange.settings.resource_path()
    return {
        "auth_token": None,
        "date_created": None,
        "date_updated": None,
        "friendly_name": "carrier",
        "owner_account_sid": exchange.settings.account_sid,
        "sid": exchange.settings.account_sid,
        "status": "active",
        "subresource_uris": {name: f"{base}/{part}.json" for name, part in _PARTS.items()},
        "type": "Full",
        "uri": f"{base}.json",
    }
