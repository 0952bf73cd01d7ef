"""Telephones in agents' browsers: who gets a token, and what a page may reach with it."""

from typing import Any

import jwt
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hotline.agents.api import issue_phone_token
from hotline.agents.service import own_seat
from hotline.db import Database
from hotline.errors import NotFound
from hotline.settings import Settings
from hotline.telephony.browser_phones import CLIENT, issuer_of, own_identity
from hotline.web.envelope import Envelope
from tests.city import City
from tests.tickets.city import build_city

SECRET = "k" * 32
TWILIO: dict[str, Any] = {
    "telephony": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_api_key_sid": "SK1",
    "twilio_api_key_secret": SECRET,
}


def test_a_token_lets_one_browser_be_rung_for_an_hour_and_no_more() -> None:
    issuer = issuer_of(Settings(**TWILIO))
    assert issuer is not None
    token = jwt.decode(issuer.token("agent-1"), SECRET, algorithms=["HS256"])
    assert (token["iss"], token["sub"]) == ("SK1", "AC1")
    assert token["exp"] - token["nbf"] == 3600
    assert token["grants"] == {"identity": "agent-1", "voice": {"incoming": {"allow": True}}}


@pytest.mark.parametrize(
    "missing",
    [
        {"telephony": "carrier"},
        {"twilio_api_key_sid": None},
        {"twilio_api_key_secret": None},
        {"twilio_account_sid": None},
        {"twilio_api_url": "https://another.host"},
    ],
)
def test_without_a_key_or_on_another_host_there_are_none(missing: dict[str, Any]) -> None:
    assert issuer_of(Settings(**TWILIO | missing)) is None


@pytest.mark.parametrize(
    ("addresses", "identity"),
    [
        (["sip:a@pbx", "client:agent-2", "client:agent-1"], "agent-1"),
        (["client:agent-2"], None),
        (["+864731234567"], None),
    ],
)
def test_only_the_agents_own_name_is_a_telephone_of_the_browser(
    addresses: list[str], identity: str | None
) -> None:
    assert own_identity("agent-1", addresses) == identity


async def test_another_agents_telephone_on_the_own_seat_gives_no_token(
    database: Database,
) -> None:
    request = Request({"type": "http", "state": {"settings": Settings(**TWILIO)}})
    async with database.transaction() as session:
        agent = await (await build_city(session)).person(session, "agent")
        seat = await own_seat(session, agent)
        own = seat.addresses[0].removeprefix(CLIENT)
        assert (await issue_phone_token(request, session, agent)).identity == own
        seat.addresses = [f"{CLIENT}another"]
        with pytest.raises(NotFound):
            await issue_phone_token(request, session, agent)


@pytest.mark.parametrize(
    ("path", "has_phones", "may_signal"),
    [("/console/", True, True), ("/console/", False, False), ("/search", True, False)],
)
async def test_the_console_alone_may_speak_with_the_telephone_network(
    path: str, has_phones: bool, may_signal: bool
) -> None:
    sent: list[Any] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(Request(scope).url.path)(scope, receive, send)

    async def keep(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    envelope = Envelope(page, is_https=False, has_browser_phones=has_phones)
    await envelope(scope | {"client": ("127.0.0.1", 1)}, nothing, keep)
    policy = dict(sent[0]["headers"])[b"content-security-policy"].decode()
    assert ("wss://" in policy) is may_signal
    assert "default-src 'self'" in policy


async def test_where_the_carrier_rings_there_is_no_token(city: City) -> None:
    agent = await city.signed_in("agent-1")
    answer = await agent.post("/api/v1/me/phone-token")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    editor = await city.signed_in("editor-1")
    assert (await editor.post("/api/v1/me/phone-token")).status_code == 403
