"""The people of a vendor who work with orders: each with a telephone, and a code of their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.models import VendorPerson
from hotline.dispatch.order_words import PHONE
from hotline.errors import Conflict, InvalidInput, NotFound
from hotline.messages.limits import may_be_texted
from hotline.principal import Principal
from hotline.privacy import mask_number
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

MOST = 20
_TABLE = "vendor_person"


class PersonKnown(Conflict):
    code, detail = "vendor_person_known", "这个号码已经登记在这家服务商名下。"


async def add_person(
    session: AsyncSession, principal: Principal, vendor_id: UUID, *, name: str, phone: str
) -> VendorPerson:
    """Raises InvalidInput for what is no mobile telephone, PersonKnown, NotFound."""
    vendor = await queries.locked(session, principal, vendor_id)
    number = normal_number(phone)
    if not may_be_texted(number):
        wrong = {"field": "phone", "message": "须是收得到验证码的手机号"}
        raise InvalidInput(errors=[wrong])
    own, vault = uuid7(), vault_of(session)
    blind = vault.blind(number, purpose=PHONE)
    known = await people_of(session, vendor.id)
    if any(one.phone_blind == blind for one in known) or len(known) >= MOST:
        raise PersonKnown
    person = VendorPerson(
        id=own, vendor_id=vendor.id, name_masked=masked(name),
        name_sealed=vault.seal(name, table=_TABLE, column="name", row=own),
        phone_sealed=vault.seal(number, table=_TABLE, column="phone", row=own),
        phone_masked=mask_number(number), phone_blind=blind, added_by_id=principal.account_id,
    )  # fmt: skip
    session.add(person)
    await session.flush()
    target = f"vendor:{vendor.id}"
    await audit.record(session, principal, "vendor.person_added", target=target, person_id=own)
    return person


async def end_person(
    session: AsyncSession, principal: Principal, vendor_id: UUID, person_id: UUID
) -> VendorPerson:
    """Signed out at once, and no code goes there any more; what they did keeps their name."""
    vendor = await queries.locked(session, principal, vendor_id)
    person = await person_of(session, vendor.id, person_id)
    if person is None:
        raise NotFound
    person.ended_at = clock.now()
    await session.flush()
    target = f"vendor:{vendor.id}"
    await audit.record(
        session, principal, "vendor.person_ended", target=target, person_id=person.id
    )
    return person


async def people_of(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorPerson]:
    """Those who may act now."""
    chosen = select(VendorPerson).where(
        VendorPerson.vendor_id == vendor_id, VendorPerson.ended_at.is_(None)
    )
    return (await session.scalars(chosen.order_by(VendorPerson.id))).all()


async def person_of(
    session: AsyncSession, vendor_id: UUID, person_id: UUID | None
) -> VendorPerson | None:
    if person_id is None:
        return None
    person = await session.get(VendorPerson, person_id, populate_existing=True)
    is_theirs = person is not None and person.vendor_id == vendor_id and person.ended_at is None
    return person if is_theirs else None


def phone_of_person(session: AsyncSession, person: VendorPerson) -> str:
    """In clear, for a code; never for a log or a list."""
    return vault_of(session).open(person.phone_sealed, table=_TABLE, column="phone", row=person.id)


def masked(name: str) -> str:
    return f"{name[0]}{'*' * (len(name) - 1)}"
