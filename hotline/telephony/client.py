"""Ask the telephone network to do something: place, divert and end calls, change a party.

Twilio's own client on httpx2, so that every request has a real time-out and any host that speaks
the same REST can be reached. Never inside a transaction: every call here is made by a job.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import httpx2
import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.telephony.breaker import Breaker
from hotline.telephony.capabilities import CARRIER, Capabilities, capabilities_of
from hotline.telephony.outgoing import outgoing_client
from hotline.telephony.pace import Pacer
from hotline.telephony.provider import Provider

log = structlog.get_logger()

TWILIO_API = "https://api.twilio.com"
SECONDS = 8.0
CONNECT_SECONDS = 3.0
FILE_SECONDS = 60.0
_LATEST = 1000
MOST_BYTES = 400 * 1024 * 1024
PAUSES = (0.2, 0.8)
_TURNED_AWAY = frozenset({429, 503})
"""Nothing was begun; after any other fault of the host it may have been."""
_GONE = frozenset({21220, 20404})
LIVE = ("queued", "ringing", "in-progress")
_OPEN_ROOM = ("init", "in-progress")
_UNDER_WAY = frozenset({"queued", "connecting", "ringing"})
_EVENTS = ["initiated", "ringing", "answered", "completed"]
NEVER_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
"""Faults after which the other side surely has nothing: only then may a request just go again."""


class HostUnavailable(Exception):
    """The host is down, slow or overloaded; worth another try later."""


class HostUnsure(HostUnavailable):
    """The request went out and no answer came: the host may have done what was asked."""


class HostRefused(Exception):
    """The host understood and said no; `code` is its error code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


class CallGone(Exception):
    """The call or the party is not there any more: no failure."""


@dataclass(frozen=True, slots=True)
class Placing:
    """A call to place. `timeout` in seconds of ringing."""

    to: str
    from_: str
    url: str
    status_url: str
    timeout: int = 20


@dataclass(frozen=True, slots=True)
class SentText:
    """A text message that the host has of us; `error` is its code, if it failed."""

    sid: str
    body: str
    status: str
    error: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartyState:
    """What a party in a conference shall be like; None leaves as it is."""

    held: bool | None = None
    hold_url: str | None = None
    muted: bool | None = None
    coaching: bool | None = None
    coached_sid: str | None = None

    def fields(self) -> dict[str, Any]:
        """As the REST call names them; `HoldMethod` defaults to GET there."""
        named = {
            "hold": self.held,
            "hold_url": self.hold_url,
            "hold_method": "POST" if self.hold_url else None,
            "muted": self.muted,
            "coaching": self.coaching,
            "call_sid_to_coach": self.coached_sid,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a conference, as the host sees it."""

    call_sid: str
    label: str | None
    is_held: bool
    is_muted: bool


class HttpPort(AsyncHttpClient):  # type: ignore[misc]
    """Twilio's port for an HTTP client, on httpx2; `base` replaces Twilio's own address."""

    def __init__(self, base: str, client: httpx2.AsyncClient) -> None:
        super().__init__(logging.getLogger(__name__), True, SECONDS)
        self._base = base.rstrip("/")
        self._client = client

    async def request(self, method: str, url: str, *_: Any, **more: Any) -> Response:
        answer = await self._client.request(
            method,
            url.replace(TWILIO_API, self._base, 1),
            params=more.get("params"),
            data=more.get("data"),
            headers=more.get("headers"),
            auth=more.get("auth"),
            timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
        )
        return Response(answer.status_code, answer.text, answer.headers)


class Telephony:
    """The REST side of one host. Raises CallGone, HostRefused, HostUnavailable and nothing else."""

    def __init__(
        self, provider: Provider, able: Capabilities, base: str,
        http: httpx2.AsyncClient | None = None,
    ) -> None:  # fmt: skip
        self.provider = provider
        self.able = able
        self._base = base.rstrip("/")
        self._http = http or outgoing_client([base])
        self._client = Client(
            provider.account_sid, provider.auth_token, http_client=HttpPort(base, self._http)
        )
        self._breaker = Breaker()
        self._pacer = Pacer(able.calls_per_second)

    async def place_call(self, placing: Placing) -> str:
        """The SID of the new call."""
        await self._pacer.turn()
        made = await self._ask(
            lambda: self._client.calls.create_async(
                to=placing.to,
                from_=placing.from_,
                url=placing.url,
                timeout=placing.timeout,
                status_callback=placing.status_url,
                status_callback_event=_EVENTS,
            )
        )
        return str(made.sid)

    async def send_message(self, *, to: str, from_: str, body: str, status_url: str) -> str:
        """The SID of the new text message."""
        made = await self._ask(
            lambda: self._client.messages.create_async(
                to=to, from_=from_, body=body, status_callback=status_url
            )
        )
        return str(made.sid)

    async def sent_messages(self, *, to: str, from_: str) -> list[SentText]:
        """The latest text messages from one number of ours to one phone."""
        # By our own number alone: a resident's would stand in the address.
        listing = partial(self._client.messages.list_async, from_=from_, limit=_LATEST)
        return [
            SentText(
                str(one.sid),
                one.body or "",
                str(one.status),
                str(one.error_code) if one.error_code else None,
                one.date_created,
            )
            for one in await self._ask(listing)
            if one.direction != "inbound" and one.to == to
        ]

    async def divert_call(self, sid: str, url: str) -> None:
        """Go on with another document, whatever the call is doing."""
        change = self._client.calls(sid).update_async
        await self._insist(partial(change, url=url, method="POST"))

    async def end_call(self, sid: str) -> None:
        await self._insist(partial(self._client.calls(sid).update_async, status="completed"))

    async def live_sids(self) -> frozenset[str]:
        """Every call of the account that has not ended."""
        calls = self._client.calls
        listed = [
            await self._ask(partial(calls.list_async, status=status, page_size=1000))
            for status in LIVE
        ]
        return frozenset(str(one.sid) for found in listed for one in found)

    async def call_status(self, sid: str) -> str:
        """As the host names it. Raises CallGone for a call that it does not know."""
        return str((await self._ask(self._client.calls(sid).fetch_async)).status)

    async def open_rooms(self) -> dict[str, str]:
        """Conferences that have not ended: name → SID."""
        rooms = self._client.conferences
        listed = [
            await self._ask(partial(rooms.list_async, status=status)) for status in _OPEN_ROOM
        ]
        return {str(one.friendly_name): str(one.sid) for found in listed for one in found}

    async def room_sid(self, name: str) -> str | None:
        """The conference of that name that goes on now."""
        for status in _OPEN_ROOM:
            rooms = self._client.conferences
            found = await self._ask(
                partial(rooms.list_async, friendly_name=name, status=status, limit=1)
            )
            if found:
                return str(found[0].sid)
        return None

    async def members(self, room_sid: str) -> list[Member]:
        """Who is in the room; whom the host still calls into it is not there yet."""
        found = await self._ask(
            lambda: self._client.conferences(room_sid).participants.list_async(limit=50)
        )
        return [
            Member(one.call_sid, one.label, bool(one.hold), bool(one.muted))
            for one in found
            if one.status not in _UNDER_WAY
        ]

    async def change_party(self, room_sid: str, label: str, state: PartyState) -> None:
        party = self._client.conferences(room_sid).participants(label)
        await self._insist(partial(party.update_async, **state.fields()))

    async def remove_party(self, room_sid: str, label: str) -> None:
        party = self._client.conferences(room_sid).participants(label)
        await self._insist(party.delete_async)

    async def waiting_sids(self, queue_key: str) -> frozenset[str]:
        """Who stands in the host's queue of that name."""
        queues = await self._ask(self._client.queues.list_async)
        mine = [queue for queue in queues if queue.friendly_name == queue_key]
        members = [
            await self._ask(self._client.queues(queue.sid).members.list_async) for queue in mine
        ]
        return frozenset(str(one.call_sid) for listed in members for one in listed)

    async def recording_sound(self, sid: str) -> bytes:
        """As WAV. Raises CallGone for what the host has not, or not yet."""
        account = self.provider.account_sid
        url = f"{self._base}/2010-04-01/Accounts/{account}/Recordings/{sid}.wav"
        answer = await self._ask(partial(self._read, url))
        return bytes(answer)

    async def delete_recording(self, sid: str) -> None:
        await self._insist(self._client.recordings(sid).delete_async)

    async def recording_state(self, sid: str) -> tuple[str, int | None]:
        """Its status as the host names it, and its seconds once it is over."""
        found = await self._ask(self._client.recordings(sid).fetch_async)
        return str(found.status), _seconds(found.duration)

    async def recordings_of(self, room_sid: str) -> list[tuple[str, str, int | None]]:
        """SID, status and seconds of every recording of a conference."""
        listing = partial(self._client.recordings.list_async, conference_sid=room_sid, limit=20)
        found = await self._ask(listing)
        return [(str(one.sid), str(one.status), _seconds(one.duration)) for one in found]

    async def pause_recording(self, room_sid: str, sid: str, *, on: bool) -> None:
        """Leave out what is said from now on; no silence in its place."""
        recording = self._client.conferences(room_sid).recordings(sid)
        wanted = {"status": "paused", "pause_behavior": "skip"} if on else {"status": "in-progress"}
        await self._insist(partial(recording.update_async, **wanted))

    async def close(self) -> None:
        await self._http.aclose()

    async def _read(self, url: str) -> bytes:
        """A file of the host, whole, within limits."""
        signed = (self.provider.account_sid, self.provider.auth_token)
        patience = httpx2.Timeout(FILE_SECONDS, connect=CONNECT_SECONDS)
        content = bytearray()
        async with self._http.stream("GET", url, auth=signed, timeout=patience) as answer:
            if answer.status_code >= 300:
                code = 20404 if answer.status_code == 404 else None
                raise TwilioRestException(answer.status_code, url, code=code)
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise HostRefused(413)
        return bytes(content)

    async def _insist(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """For what may be asked twice: a caller waits, so a short trouble is not left to a job."""
        for pause in PAUSES:
            try:
                return await self._ask(ask)
            except HostUnavailable:
                await asyncio.sleep(pause)
        return await self._ask(ask)

    async def _ask(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        loop = asyncio.get_running_loop()
        if not self._breaker.may_pass(loop.time()):
            raise HostUnavailable
        try:
            answer = await ask()
        except TwilioException as refused:
            refusal = _refusal(refused)
            if _is_trouble(refusal.status):
                self._breaker.failed(loop.time())
            else:
                self._breaker.succeeded()
            raise _meaning(refusal) from refused
        except (httpx2.HTTPError, OSError) as error:
            self._breaker.failed(loop.time())
            left = isinstance(error, httpx2.HTTPError) and not isinstance(error, NEVER_LEFT)
            raise (HostUnsure if left else HostUnavailable) from error
        except (LookupError, TypeError, ValueError) as error:  # an answer that nobody can read
            self._breaker.failed(loop.time())
            raise HostUnsure from error
        except BaseException:  # broken off: whatever was tried, the trying is over
            self._breaker.failed(loop.time())
            raise
        self._breaker.succeeded()
        return answer


@asynccontextmanager
async def telephony_of(
    provider: Provider | None, *, is_carrier: bool, api_url: str | None
) -> AsyncIterator[Telephony | None]:
    """The REST of the configured host; None where no host is configured."""
    if provider is None:
        yield None
        return
    base = provider.base if is_carrier else api_url or TWILIO_API
    able = CARRIER if is_carrier else capabilities_of(base)
    if able.missing:
        log.warning("telephony.degraded", missing=able.missing)
    telephony = Telephony(provider, able, base)
    try:
        yield telephony
    finally:
        await telephony.close()


def _is_trouble(status: int) -> bool:
    return status == 429 or status >= 500


def _refusal(refused: TwilioException) -> TwilioRestException:
    """Of a list the client tells the answer alone, and of some errors not even that."""
    if isinstance(refused, TwilioRestException):
        return refused
    answer = next((one for one in refused.args if isinstance(one, Response)), None)
    return TwilioRestException(answer.status_code if answer else 500, "")


def _meaning(refused: TwilioRestException) -> Exception:
    if refused.code in _GONE:
        return CallGone()
    if refused.status in _TURNED_AWAY:
        return HostUnavailable()
    if _is_trouble(refused.status):
        return HostUnsure()
    return HostRefused(int(refused.code or refused.status))


def _seconds(text: str | None) -> int | None:
    """Hosts write a duration that is not known yet as -1, empty or null."""
    return int(text) if text is not None and str(text).isdigit() else None
