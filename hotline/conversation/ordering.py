"""A work order from a call: opened with consent, completed by what is said afterwards."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.consents.service import version_of
from hotline.conversation.talk import OpenOrder, Talk
from hotline.conversation.wording import Wording
from hotline.directory.models import Vendor
from hotline.dispatch.errors import NotDispatchable, OrderExists
from hotline.dispatch.open_order import Wishes, add_to_order
from hotline.dispatch.open_order import open_order as open_work_order
from hotline.dispatch.states import Consent, Urgency
from hotline.organizations.queries import city_of
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets.states import Urgency as TicketUrgency

FOR_THE_ADDRESS = timedelta(seconds=90)
"""The first offer waits for the last answer; whoever hangs up before is served without it."""


async def open_order(
    session: AsyncSession, principal: Principal, talk: Talk, wanted: OpenOrder, texts: Wording
) -> Talk:
    """The talk as it is with the order; one that cannot be dispatched stays a ticket for people."""
    if talk.ticket_id is None:
        return talk
    ticket = await tickets.ticket(session, principal, UUID(talk.ticket_id))
    wishes = Wishes(
        wanted_when=talk.wanted_when,
        consent=Consent.GIVEN if wanted.has_consent else Consent.REFUSED,
        consent_how="key" if wanted.by_key else "voice",
        consent_wording=version_of("ask_consent", texts.text("ask_consent")),
        chosen_vendor_id=await _vendor_id(session, principal, talk.vendor_id),
        urgency=Urgency.URGENT if ticket.urgency == TicketUrgency.URGENT else Urgency.NORMAL,
        start_at=None if talk.has_address else clock.now() + FOR_THE_ADDRESS,
    )
    try:
        await open_work_order(session, principal, ticket.id, wishes=wishes)
    except (NotDispatchable, OrderExists):
        return talk
    return talk.asked(talk.stage, has_order=True)


async def add_address(
    session: AsyncSession, principal: Principal, talk: Talk, address: str
) -> None:
    if talk.ticket_id is not None:
        await add_to_order(session, principal, UUID(talk.ticket_id), address=address)


async def _vendor_id(session: AsyncSession, principal: Principal, key: str | None) -> UUID | None:
    """The resident's own choice, by its key in the directory."""
    if key is None:
        return None
    city_id = await city_of(session, principal.organization_id)
    chosen = select(Vendor.id).where(Vendor.city_id == city_id, Vendor.key == key)
    return await session.scalar(chosen)
