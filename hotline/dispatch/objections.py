"""What the public has against a firm on notice: said on the portal, answered one by one.

The city approves no firm while one is open, and none against one that holds. Whoever left a
telephone gets the answer there, and the telephone goes with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.errors import (
    NoticeOver,
    ObjectionAnswered,
    ObjectionsFull,
    ObjectionsOpen,
    ObjectionUpheld,
    SamePerson,
)
from hotline.dispatch.models import VendorObjection, VendorReview
from hotline.dispatch.states import ObjectionState, ReviewState
from hotline.errors import NotFound
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.states import Purpose
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

MOST = 200
"""Objections to one firm: more are a flood, and the telephone is there."""
_TABLE = "vendor_objection"


def is_on_notice(review: VendorReview, now: datetime) -> bool:
    until = review.notice_until
    return review.state == ReviewState.IN_NOTICE and until is not None and now < until


async def object_to(
    session: AsyncSession, city_id: UUID, review_id: UUID, *, words: str, phone: str | None
) -> VendorObjection:
    """By anybody, with or without a telephone; the same words again change nothing.

    Raises NotFound, NoticeOver, ObjectionsFull.
    """
    review = await _held(session, city_id, review_id)
    if not is_on_notice(review, clock.now()):
        raise NoticeOver
    said = mask_text(words)
    known = select(VendorObjection).where(VendorObjection.review_id == review.id)
    if again := await session.scalar(known.where(VendorObjection.words == said)):
        if phone is not None and again.phone_sealed is None and again.state == ObjectionState.OPEN:
            again.phone_sealed = _sealed(session, again.id, phone)
        return again
    if (await session.scalar(select(func.count()).select_from(known.subquery())) or 0) >= MOST:
        raise ObjectionsFull
    own = uuid7()
    made = VendorObjection(id=own, review_id=review.id, words=said)
    if phone is not None:
        made.phone_sealed = _sealed(session, own, phone)
    session.add(made)
    await session.flush()
    target = f"vendor:{review.vendor_id}"
    await audit.record(session, None, "vendor.objected", target=target, objection_id=own)
    return made


async def answer_objection(
    session: AsyncSession, principal: Principal, review_id: UUID, objection_id: UUID, *,
    is_upheld: bool, answer: str,
) -> VendorReview:  # fmt: skip
    """By the city, never by whoever collected. Raises NotFound, SamePerson, ObjectionAnswered."""
    review = await queries.locked_review(session, principal, review_id)
    objection = await session.get(VendorObjection, objection_id, populate_existing=True)
    if objection is None or objection.review_id != review.id:
        raise NotFound
    if review.collected_by_id == principal.account_id:
        raise SamePerson
    if objection.state != ObjectionState.OPEN:
        raise ObjectionAnswered
    state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    said = mask_text(answer)
    await _answer(session, principal, objection, review=review, state=state, answer=said)
    return review


async def require_answered(session: AsyncSession, review: VendorReview) -> None:
    """Raises ObjectionsOpen, ObjectionUpheld."""
    states = {one.state for one in (await objections_to(session, [review.id])).get(review.id, [])}
    if ObjectionState.OPEN in states:
        raise ObjectionsOpen
    if ObjectionState.UPHELD in states:
        raise ObjectionUpheld


async def uphold_all(session: AsyncSession, principal: Principal, review: VendorReview) -> None:
    """A firm that is refused is what everybody wanted who objected."""
    for one in (await objections_to(session, [review.id])).get(review.id, []):
        if one.state == ObjectionState.OPEN:
            await _answer(
                session, principal, one,
                review=review, state=ObjectionState.UPHELD, answer=review.reason or "",
            )  # fmt: skip


async def objections_to(
    session: AsyncSession, review_ids: Iterable[UUID]
) -> Mapping[UUID, Sequence[VendorObjection]]:
    """The oldest first."""
    chosen = select(VendorObjection).where(VendorObjection.review_id.in_(list(review_ids)))
    found: dict[UUID, list[VendorObjection]] = {}
    for one in await session.scalars(chosen.order_by(VendorObjection.id)):
        found.setdefault(one.review_id, []).append(one)
    return found


async def by_number(session: AsyncSession, number: str) -> list[VendorObjection]:
    """Those that wait for an answer to that telephone; there are never many, so each is opened."""
    vault = vault_of(session)
    waiting = select(VendorObjection).where(VendorObjection.phone_sealed.is_not(None))
    return [
        one
        for one in await session.scalars(waiting.order_by(VendorObjection.id))
        if one.phone_sealed is not None
        and vault.open(one.phone_sealed, table=_TABLE, column="phone", row=one.id) == number
    ]


def _sealed(session: AsyncSession, objection_id: UUID, phone: str) -> bytes:
    number = normal_number(phone)
    return vault_of(session).seal(number, table=_TABLE, column="phone", row=objection_id)


async def _held(session: AsyncSession, city_id: UUID, review_id: UUID) -> VendorReview:
    """Held, so that nothing is said against a firm while it is being approved."""
    chosen = select(VendorReview).where(
        VendorReview.id == review_id, VendorReview.city_id == city_id
    )
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def _answer(
    session: AsyncSession, principal: Principal, objection: VendorObjection, *,
    review: VendorReview, state: ObjectionState, answer: str,
) -> None:  # fmt: skip
    sealed = objection.phone_sealed
    objection.state, objection.answer, objection.phone_sealed = state, answer, None
    objection.answered_by_id, objection.answered_at = principal.account_id, clock.now()
    await session.flush()
    await audit.record(
        session, principal, "vendor.objection_answered", target=f"vendor:{review.vendor_id}",
        objection_id=objection.id, state=state,
    )  # fmt: skip
    if sealed is not None:
        vault = vault_of(session)
        number = vault.open(sealed, table=_TABLE, column="phone", row=objection.id)
        await _tell(session, review, objection, number)


async def _tell(
    session: AsyncSession, review: VendorReview, objection: VendorObjection, to: str
) -> None:
    vendor = await session.get_one(Vendor, review.vendor_id)
    answer = (objection.answer or "").rstrip("。！!.； ")
    letter = Letter(
        city_id=review.city_id,
        organization_id=review.city_id,
        subject=f"vendor:{vendor.id}",
        template=f"sms_objection_{objection.state}",
        params={"vendor": vendor.name, "answer": answer},
        to=to,
        purpose=Purpose.TICKET,
    )
    await send_by_template(session, letter)
