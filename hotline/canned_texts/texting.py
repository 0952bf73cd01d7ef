"""Send the resident of a ticket one of the vetted texts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.canned_texts import queries
from hotline.canned_texts.models import Use
from hotline.errors import Conflict, NotFound
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import Letter, send_by_template
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets import words
from hotline.tickets.notices import is_told, subject_of
from hotline.tickets.states import Urgency

TEMPLATE = "sms_ticket_words"


class NotTexted(Conflict):
    code, detail = "not_texted", "这件工单不发短信：保密、匿名、紧急，或没有可发的手机号码。"


async def text_resident(
    session: AsyncSession, principal: Principal, ticket_id: UUID, canned_text_id: UUID
) -> OutgoingMessage:
    """Raises NotTexted where a message could betray somebody, or cannot arrive."""
    ticket = await tickets.ticket(session, principal, ticket_id)
    chosen = await queries.usable_text(session, principal, canned_text_id)
    if Use.SMS not in chosen.uses:
        raise NotFound
    number = words.caller_of(session, ticket) if is_told(ticket) else None
    if number is None:
        raise NotTexted
    letter = Letter(
        city_id=ticket.city_id,
        organization_id=ticket.district_id or ticket.city_id,
        subject=subject_of(ticket.id),
        template=TEMPLATE,
        params={"number": ticket.number, "words": chosen.text},
        to=number,
        is_urgent=ticket.urgency != Urgency.NORMAL,
    )
    sent = await send_by_template(session, letter)
    if sent is None:
        raise NotTexted
    target = f"ticket:{ticket.id}"
    await audit.record(session, principal, "ticket.texted", target=target, text_id=str(chosen.id))
    return sent
