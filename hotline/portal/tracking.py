"""A ticket as whoever has its number and code may see it: where it stands, nobody's data. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.organizations.models import Tier
from hotline.portal.home_visit import HomeVisit
from hotline.privacy import mask_text
from hotline.tickets.models import Ticket, TicketHistory, TicketReply
from hotline.tickets.states import FINISHED, Status

# A unit's answer is public once the desk has let it pass.
_ANSWERED = frozenset({Status.TO_VISIT, Status.CLOSED, Status.ARCHIVED, Status.DIRECT})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a ticket: a unit, or the hotline's own desk of the city or a district."""

    name: str
    is_desk: bool


@dataclass(frozen=True, slots=True)
class PublicStep:
    """It came to stand so at that moment; `office` is who had it then."""

    at: datetime
    status: str
    office: Holder | None


@dataclass(frozen=True, slots=True)
class Open:
    """What the resident may do now."""

    rating: bool = False
    reopening: bool = False
    words: bool = False
    vendor: str = ""
    """Whom the resident may wish never to see again."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """`is_joined` where the ticket is part of another, whose course is shown."""

    number: str
    kind: str
    status: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    office: Holder | None
    answer: str | None
    steps: tuple[PublicStep, ...]
    is_joined: bool = False
    may: Open = Open()
    visit: HomeVisit | None = None


def tracked(
    ticket: Ticket,
    history: Sequence[TicketHistory],
    reply: TicketReply | None,
    holder: Holder,
    *,
    number: str | None = None,
    may: Open | None = None,
) -> Tracked:
    """A confidential ticket does not tell which unit has it. `number` is that of who asks."""
    is_done = ticket.status in FINISHED
    answer = reply.public_answer if reply and ticket.status in _ANSWERED else None
    return Tracked(
        number=number or ticket.number,
        kind=ticket.kind,
        status=ticket.status,
        opened_at=ticket.created_at,
        due_at=None if is_done else ticket.resident_due_at or ticket.due_at,
        closed_at=ticket.closed_at,
        office=None if ticket.confidential or is_done else holder,
        answer=mask_text(answer) if answer else None,
        steps=_steps(history, hides_offices=ticket.confidential),
        is_joined=number not in (None, ticket.number),
        may=may or Open(),
    )


def digits_of(text: str) -> str:
    """People copy numbers with and without their dashes."""
    return re.sub(r"\D", "", text)


def _steps(history: Sequence[TicketHistory], *, hides_offices: bool) -> tuple[PublicStep, ...]:
    """Only the changes of state, each once."""
    steps: list[PublicStep] = []
    for row in history:
        if row.to_status and (not steps or steps[-1].status != row.to_status):
            office = None if hides_offices else _holder(row)
            steps.append(PublicStep(row.at, row.to_status, office))
    return tuple(steps)


def _holder(row: TicketHistory) -> Holder | None:
    return Holder(row.organization_name, row.tier != Tier.UNIT) if row.organization_name else None
