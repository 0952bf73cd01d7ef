"""What a press of a button does; each gives the key of what went wrong, or None."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

import structlog
from fastapi import UploadFile
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import actors
from hotline.dispatch.answer_offer import Answered, By, accept_offer, decline_offer
from hotline.dispatch.codes import are_unused, judge_code, make_code, sent_lately
from hotline.dispatch.errors import AmountAboveQuote, PhotoMissing, WorkerUnfit
from hotline.dispatch.links import make_link
from hotline.dispatch.models import VendorPerson, WorkOrder
from hotline.dispatch.move_order import confirm_quote, move_by_vendor
from hotline.dispatch.ring_vendor import may_bridge
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.standing_models import AppealSubject
from hotline.dispatch.standing_service import appeal as make_appeal
from hotline.dispatch.states import CodePurpose, LinkPurpose, OrderState
from hotline.dispatch.vendor_files import phone_of_vendor
from hotline.dispatch.vendor_people import person_of, phone_of_person
from hotline.dispatch.work import BRIDGE_CALL
from hotline.errors import HotlineError, InvalidInput
from hotline.jobs import service as jobs
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.states import Purpose
from hotline.vendor_pages.access import Opened
from hotline.vendor_pages.money import cents_typed, quantity_typed
from hotline.vendor_pages.steps import DECLINE_REASONS, WITHDRAW_REASONS

log = structlog.get_logger()

CODES_AN_HOUR = 5
_LONGEST = 500


class Pressed(BaseModel):
    """A form as a browser sends it: what was not filled in is empty."""

    move: str = ""
    amount: str = Field("", max_length=20)
    quantity: str = Field("", max_length=20)
    note: str = Field("", max_length=_LONGEST)
    reason_code: str = ""
    code: str = Field("", max_length=12)
    appointment: str = Field("", max_length=30)
    worker: str = Field("", max_length=40)
    subject: str = ""
    subject_id: UUID | None = None
    person: str = Field("", max_length=40)
    photo: UploadFile | None = None

    @property
    def words(self) -> str | None:
        return self.note.replace("\0", "").strip() or None


class _NoMoney(ValueError):
    """What was typed is no sum of money."""


async def accept(session: AsyncSession, page: Opened, _pressed: Pressed) -> str | None:
    assert page.offer is not None
    by = By.PAGES if page.is_signed_in else By.LINK
    answered = await accept_offer(session, page.offer.id, by=by, person=page.person_name)
    return None if answered is Answered.WON else "offer_over"


async def decline(session: AsyncSession, page: Opened, pressed: Pressed) -> str | None:
    assert page.offer is not None
    if pressed.reason_code not in DECLINE_REASONS:
        return "fault_input"
    by = By.PAGES if page.is_signed_in else By.LINK
    answered = await decline_offer(
        session, page.offer.id, by=by, code=pressed.reason_code, note=pressed.words,
        person=page.person_name,
    )  # fmt: skip
    return None if answered is Answered.DECLINED else "offer_over"


async def step(session: AsyncSession, page: Opened, pressed: Pressed) -> str | None:
    """One step of the order; what was pressed twice is done once."""
    assert page.order is not None
    if pressed.move == "code":
        return await _code(session, page, pressed)
    try:
        wanted = _wanted(page, pressed)
        async with session.begin_nested():
            vendor = actors.vendor(page.vendor.id, page.vendor.name, page.person_name)
            await move_by_vendor(session, vendor, page.order.id, wanted)
    except ValueError as error:
        return "fault_money" if isinstance(error, _NoMoney) else "fault_input"
    except HotlineError as error:
        return _fault_of(error)
    return None


async def bridge(session: AsyncSession, page: Opened, _pressed: Pressed) -> str | None:
    """The vendor's registered telephone rings, then the resident's."""
    assert page.order is not None
    if not may_bridge(page.order):
        return "fault_move"
    ids = {"order_id": str(page.order.id), "vendor_id": str(page.vendor.id)}
    await jobs.enqueue(session, BRIDGE_CALL, ids, dedupe=ids["order_id"], max_attempts=1)
    return None


async def send_code(session: AsyncSession, page: Opened, person: VendorPerson | None) -> str:
    """To the registered telephone, or to that of one of the vendor's people; what to say of it."""
    whose = page.vendor.id if person is None else person.id
    if await sent_lately(session, CodePurpose.SIGN_IN, whose) >= CODES_AN_HOUR:
        return "code_too_many"
    if await are_unused(session):
        log.error("codes.unused", vendor_id=str(page.vendor.id))
        return "code_too_many"
    code = await make_code(session, CodePurpose.SIGN_IN, whose)
    registered = await phone_of_vendor(session, page.vendor.id)
    letter = Letter(
        city_id=page.vendor.city_id,
        organization_id=page.vendor.city_id,
        subject=f"vendor:{page.vendor.id}",
        template="sms_vendor_code",
        params={"code": code},
        to=registered if person is None else phone_of_person(session, person),
        purpose=Purpose.VENDOR,
        is_urgent=True,
    )
    sent = await send_by_template(session, letter)
    return "code_fixed" if sent is None else "code_sent"


async def sign_in(
    session: AsyncSession, page: Opened, pressed: Pressed, person: VendorPerson | None
) -> str | None:
    """The token of a session, or None for a wrong code; the try counts."""
    whose = page.vendor.id if person is None else person.id
    if not await judge_code(session, CodePurpose.SIGN_IN, whose, pressed.code.strip()):
        return None
    person_id = None if person is None else person.id
    return await make_link(session, page.vendor.id, LinkPurpose.SESSION, person_id=person_id)


async def named(session: AsyncSession, page: Opened, pressed: Pressed) -> VendorPerson | None:
    """Who of the vendor signs in; None for the registered telephone."""
    try:
        person_id = UUID(pressed.person)
    except ValueError:
        return None
    return await person_of(session, page.vendor.id, person_id)


async def appeal(session: AsyncSession, page: Opened, pressed: Pressed) -> str | None:
    """Against a decision about this vendor; what it may not object to says so."""
    if pressed.words is None or pressed.subject_id is None:
        return "fault_input"
    try:
        subject = AppealSubject(pressed.subject)
        async with session.begin_nested():
            await make_appeal(
                session, page.vendor.id, subject, pressed.subject_id, words=pressed.words
            )
    except ValueError:
        return "fault_input"
    except HotlineError:
        return "fault_appeal"
    return None


async def home_link(session: AsyncSession, vendor_id: UUID) -> str:
    """The way to the vendor's own pages, which still ask for a code."""
    return f"/v/{await make_link(session, vendor_id, LinkPurpose.HOME)}"


async def order_link(session: AsyncSession, order: WorkOrder) -> str:
    assert order.vendor_id is not None
    token = await make_link(session, order.vendor_id, LinkPurpose.ORDER, order_id=order.id)
    return f"/v/{token}"


def _fault_of(error: HotlineError) -> str:
    if isinstance(error, InvalidInput):
        fields = {one["field"] for one in error.params.get("errors", ())}
        return "fault_note" if "note" in fields else "fault_input"
    return next((key for kind, key in _FAULTS.items() if isinstance(error, kind)), "fault_move")


async def _code(session: AsyncSession, page: Opened, pressed: Pressed) -> str | None:
    assert page.order is not None
    if page.order.state != OrderState.QUOTED:
        return None if page.order.quote_confirmed_at else "fault_move"
    code = pressed.code.strip()
    is_right = await confirm_quote(session, page.order.id, code, vendor_id=page.vendor.id)
    return None if is_right else "code_wrong"


def _wanted(page: Opened, pressed: Pressed) -> OrderMoveIn:
    """Raises ValueError or InvalidInput for what was not filled in well."""
    assert page.order is not None
    move = Move(pressed.move)
    build = _FORMS.get(move)
    more = build(pressed) if build else {}
    return OrderMoveIn.model_validate(
        {"move": move, "version": page.order.version, "note": pressed.words, **more}
    )


def _money(pressed: Pressed) -> dict[str, object]:
    amount = cents_typed(pressed.amount)
    if amount is None:
        raise _NoMoney
    return {"amount": amount, "quantity": quantity_typed(pressed.quantity or "1")}


def _appointment(pressed: Pressed) -> dict[str, object]:
    """`datetime-local` gives no zone: it is the city's wall clock."""
    return {
        "appointment_at": datetime.fromisoformat(pressed.appointment).replace(tzinfo=clock.LOCAL)
    }


def _worker(pressed: Pressed) -> dict[str, object]:
    return {"worker_id": UUID(pressed.worker)}


def _withdrawal(pressed: Pressed) -> dict[str, object]:
    if pressed.reason_code not in WITHDRAW_REASONS:
        raise ValueError(pressed.reason_code)
    return {"reason_code": pressed.reason_code}


_FAULTS: Mapping[type[HotlineError], str] = {
    AmountAboveQuote: "fault_amount",
    PhotoMissing: "fault_photo_missing",
    WorkerUnfit: "fault_worker",
}
_FORMS: Mapping[Move, Callable[[Pressed], dict[str, object]]] = {
    Move.QUOTE: _money,
    Move.FINISH: _money,
    Move.APPOINT: _appointment,
    Move.SEND_WORKER: _worker,
    Move.WITHDRAW: _withdrawal,
}
Act = Callable[[AsyncSession, Opened, Pressed], Awaitable[str | None]]
OFFER_ACTS: Mapping[str, Act] = {"accept": accept, "decline": decline}
ORDER_ACTS: Mapping[str, Act] = {"step": step, "call": bridge}
