"""The virtual phone's control API: place a call, speak, press keys, hang up, read what was heard.

On loopback anybody may use it. Elsewhere it takes an account, which sees only its own calls.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from hotline import clock
from hotline.carrier import addresses
from hotline.carrier.acts import By
from hotline.carrier.configuration import MayUsePhone
from hotline.carrier.engine.scripts import receive
from hotline.carrier.engine.session import start_leg
from hotline.carrier.exchange import Exchange, subscription
from hotline.carrier.inbox import receive_message
from hotline.carrier.legs import CallStatus, Direction, HangUp, Leg, Source
from hotline.carrier.messages import Message, MessageDirection
from hotline.carrier.nearness import is_foreign, is_on_this_machine
from hotline.carrier.numbers import Number
from hotline.carrier.phone_schemas import (
    FaultSettings,
    Keys,
    NewCall,
    NewText,
    RingPlan,
    Utterance,
)
from hotline.carrier.post import NewMessage
from hotline.carrier.rest.route import exchange_of
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

DEFAULT_CALLER = "+8613847300114"
_PATIENCE = 1.0


class PhoneRefused(Exception):
    """Answered as problem+json."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail

    def as_response(self, request_id: str) -> JSONResponse:
        body = {
            "code": self.code,
            "detail": self.detail,
            "params": {},
            "request_id": request_id,
        }
        return JSONResponse(body, self.status, media_type="application/problem+json")


class PhoneRoute(APIRoute):
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().handle(scope, receive, send)
        except PhoneRefused as refused:
            request_id = scope.get("state", {}).get("request_id", "")
            await refused.as_response(request_id)(scope, receive, send)


def user_of(request: Request) -> str | None:
    """Whose calls may be seen: a name, or nothing for everybody's."""
    exchange = exchange_of(request)
    if not exchange.settings.is_phone_on:
        raise PhoneRefused(404, "not_found", "The virtual phone is off.")
    if is_foreign(request):
        raise PhoneRefused(403, "cross_origin", "Another site's page may not use the phone.")
    if is_on_this_machine(request):
        return None
    may_use: MayUsePhone = request.state.may_use_phone
    owner = may_use(request)
    if owner is None:
        raise PhoneRefused(401, "unauthenticated", "Sign in to use the virtual phone.")
    return owner


def leg_of(request: Request, call_sid: str) -> Leg:
    owner = user_of(request)
    leg = exchange_of(request).legs.get(call_sid)
    if leg is None or not _may_see(owner, leg):
        raise PhoneRefused(404, "not_found", "There is no such call.")
    return leg


Switch = Annotated[Exchange, Depends(exchange_of)]
User = Annotated[str | None, Depends(user_of)]
OwnLeg = Annotated[Leg, Depends(leg_of)]

router = APIRouter(prefix="/carrier/phone", route_class=PhoneRoute, include_in_schema=False)


@router.post("/calls")
async def place_call(exchange: Switch, user: User, call: NewCall | None = None) -> dict[str, str]:
    """Call a served number, as a telephone would."""
    call = call or NewCall()
    number = _called(exchange, call.to)
    leg = Leg(
        sid=new_sid(Prefix.CALL),
        from_=addresses.clean(call.from_ or DEFAULT_CALLER),
        to=number.phone_number,
        direction=Direction.INBOUND,
        created_at=clock.now(),
        number_sid=number.sid,
        owner=user,
        status=CallStatus.RINGING,
        fallback=_fallback(number),
        subscription=subscription(number.status_callback, number.status_callback_method),
    )
    start_leg(exchange, leg, receive(number))
    return {"call_sid": leg.sid}


@router.get("/calls/{call_sid}/acts")
async def read_acts(
    leg: OwnLeg, after: Annotated[int, Query(ge=0)] = 0
) -> dict[str, list[dict[str, Any]]]:
    return {"items": [entry.as_json() for entry in leg.transcript.after(after)]}


@router.get("/calls/{call_sid}/talk")
async def read_talk(
    leg: OwnLeg, after: Annotated[int, Query(ge=0)] = 0
) -> dict[str, list[dict[str, Any]]]:
    """What other parties said to this one, since text has no sound."""
    return {"items": leg.talk[after:]}


@router.post("/calls/{call_sid}/say")
async def say(leg: OwnLeg, utterance: Utterance) -> dict[str, bool]:
    listener = leg.listener
    heard = listener is not None and listener.hear(utterance.text, utterance.confidence)
    return {"heard": heard}


@router.post("/calls/{call_sid}/press")
async def press(leg: OwnLeg, keys: Keys) -> dict[str, bool]:
    """Keys one after another; heard when anybody listened to the first of them."""
    heard = [leg.listener is not None and leg.listener.press(key) for key in keys.digits]
    return {"heard": any(heard)}


@router.post("/calls/{call_sid}/hangup")
async def hang_up(leg: OwnLeg) -> dict[str, bool]:
    was_live = leg.interrupt(HangUp(By.CALLER))
    if was_live:
        await leg.has_ended(within=_PATIENCE)
    return {"heard": was_live}


@router.post("/calls/{call_sid}/answer")
async def pick_up(leg: OwnLeg) -> dict[str, bool]:
    """Take a call that rings on a line of one's own."""
    rings = leg.status is CallStatus.RINGING and leg.direction is not Direction.INBOUND
    if rings:
        leg.picked_up.set()
    return {"heard": rings}


@router.get("/ringing")
async def read_ringing(
    exchange: Switch, user: User, address: str
) -> dict[str, list[dict[str, str]]]:
    """Calls that ring or talk on one line now."""
    line = addresses.key(address)
    legs = [
        leg
        for leg in exchange.legs.values()
        if leg.is_live
        and leg.direction is not Direction.INBOUND
        and addresses.key(leg.to) == line
        and _may_see(user, leg)
    ]
    return {
        "items": [
            {"call_sid": leg.sid, "from": leg.from_, "status": leg.status.value} for leg in legs
        ]
    }


@router.post("/ring")
async def plan_ring(exchange: Switch, user: User, plan: RingPlan) -> dict[str, str]:
    """How a line answers from now on."""
    key = addresses.key(plan.address)
    exchange.rings.set(plan.address, plan.answer)
    state = {"address": key, "answer": plan.answer.value}
    exchange.store.save(Kind.RING_PLAN, key, state)
    return state


@router.post("/messages")
async def send_text(exchange: Switch, user: User, text: NewText) -> dict[str, str]:
    """Send a text message from a phone to a served number."""
    number = _called(exchange, text.to)
    new = NewMessage(
        from_=addresses.clean(text.from_ or DEFAULT_CALLER),
        to=number.phone_number,
        body=text.body,
        direction=MessageDirection.INBOUND,
        owner=user,
    )
    return {"message_sid": receive_message(exchange, number, new).sid}


@router.get("/messages")
async def read_texts(exchange: Switch, user: User, address: str) -> dict[str, list[dict[str, Any]]]:
    """What one phone sent and received, oldest first."""
    line = addresses.key(address)
    found = [
        message
        for message in exchange.messages.values()
        if line in (addresses.key(message.from_ or ""), addresses.key(message.to))
        and (user is None or message.owner == user)
    ]
    return {"items": [_text_json(message) for message in found]}


@router.post("/faults")
async def set_faults(exchange: Switch, user: User, wanted: FaultSettings) -> dict[str, Any]:
    """Make the carrier fail on purpose. Only for whoever sees everything."""
    if user is not None:
        raise PhoneRefused(403, "forbidden", "Faults are set on the machine itself.")
    faults = exchange.faults
    for name, value in wanted.model_dump(exclude_none=True).items():
        known = {addresses.key(item) for item in value} if isinstance(value, list) else value
        setattr(faults, name, known)
    state = {name: getattr(faults, name) for name in FaultSettings.model_fields}
    return state | {"silent_addresses": sorted(faults.silent_addresses)}


def _may_see(user: str | None, leg: Leg) -> bool:
    """Calls that the user placed, and calls to the client that bears the user's name."""
    return user is None or leg.owner == user or addresses.key(leg.to) == f"client:{user}"


def _called(exchange: Exchange, to: str | None) -> Number:
    """The served number that was dialled; by default the first one."""
    number = exchange.numbers.dialled(to) if to else exchange.numbers.first()
    if number is None:
        raise PhoneRefused(422, "unknown_number", "No such number is served here.")
    return number


def _fallback(number: Number) -> Source | None:
    if not number.voice_fallback_url:
        return None
    return Source(number.voice_fallback_url, number.voice_fallback_method)


def _text_json(message: Message) -> dict[str, Any]:
    return {
        "message_sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "direction": message.direction.value,
        "status": message.status.value,
        "created_at": message.created_at.isoformat(),
    }
