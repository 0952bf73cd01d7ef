"""Put a file to a ticket; the history names its kind and size, not what it was called."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.keeping import Checked, Store, keep
from hotline.attachments.models import Attachment
from hotline.errors import IllegalMove
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.changes import record_comment
from hotline.tickets.notices import subject_of
from hotline.tickets.phrases import phrase
from hotline.tickets.states import Status


async def attach_to_ticket(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    store: Store,
    checked: Checked,
    *,
    name: str,
) -> Attachment:
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.status == Status.ARCHIVED:
        raise IllegalMove(status=ticket.status)
    kept = await keep(
        session,
        store,
        checked,
        subject=subject_of(ticket.id),
        name=name,
        account_id=principal.account_id,
    )
    told = phrase("attached", kind=kept.extension.lstrip(".").upper(), kilobytes=kept.size // 1024)
    await record_comment(session, principal, ticket, told)
    return kept
