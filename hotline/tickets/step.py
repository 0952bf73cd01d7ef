"""What one step of a ticket works with: who moves what, with which words, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.principal import Principal
from hotline.tickets.due import Timetable
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Rule
from hotline.tickets.schemas import MoveIn


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was found legal and is being carried out; the ticket's row is locked."""

    session: AsyncSession
    principal: Principal
    ticket: Ticket
    rule: Rule
    asked_for: MoveIn
    note: str | None
    now: datetime
    table: Timetable
