"""Tell supervisors of a ticket that needs them now."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls.schemas import AlarmOut
from hotline.db import uuid7
from hotline.events import service as events
from hotline.organizations import queries as organizations
from hotline.tickets.models import Ticket

ALARM_SCOPE = "tickets:supervise"


async def raise_alarm(
    session: AsyncSession, ticket: Ticket, kind: str, text: str, *, audience: Iterable[UUID]
) -> None:
    """The text names the ticket by number and repeats no words of a caller."""
    district = await organizations.organizations_by_id(
        session, {ticket.district_id} if ticket.district_id else set()
    )
    alarm = AlarmOut(
        id=uuid7(),
        kind=kind,
        call_id=None,
        ticket_id=ticket.id,
        district=next((node.district for node in district.values()), None),
        text=text,
        at=clock.now(),
    )
    await events.record(
        session,
        "alarm.raised",
        subject_id=alarm.id,
        payload=alarm,
        audience=audience,
        scope=ALARM_SCOPE,
    )
