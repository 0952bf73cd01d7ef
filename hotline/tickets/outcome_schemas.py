"""JSON of what became of a ticket: replies, follow-ups, co-petitioners, what units asked for."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from hotline.tickets.models import TicketPetitioner, TicketReply, TicketRequest, TicketVisit
from hotline.tickets.queries import Names


class ReplyOut(BaseModel):
    """`public_answer` is what the resident is told."""

    id: UUID
    at: datetime
    organization: str | None
    public_answer: str
    internal_note: str | None
    resolved: bool
    contacted_at: datetime
    signed_off_by: str | None


class VisitOut(BaseModel):
    """A follow-up; the levels are the resident's own, 5 is the best."""

    id: UUID
    at: datetime
    visitor: str | None
    channel: str
    reached: bool
    resolved: bool | None
    level: int | None
    unit_level: int | None
    agent_level: int | None
    note: str | None


class PetitionerOut(BaseModel):
    """Another caller with the same matter."""

    id: UUID
    at: datetime
    ticket_id: UUID
    caller_masked: str | None


class RequestOut(BaseModel):
    """What a unit asked for, and the ruling."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    asked: str
    organization: str | None
    reason: str
    statute: str | None
    ground: str | None
    working_days: int | None
    review_at: datetime | None
    endorsed_at: datetime | None
    ruled_at: datetime | None
    outcome: str | None


class Outcomes(BaseModel):
    replies: list[ReplyOut]
    visits: list[VisitOut]
    petitioners: list[PetitionerOut]
    requests: list[RequestOut]

    @classmethod
    def of(
        cls,
        replies: list[TicketReply],
        visits: list[TicketVisit],
        petitioners: list[TicketPetitioner],
        requests: list[TicketRequest],
        names: Names,
    ) -> Self:
        return cls(
            replies=[_reply(row, names) for row in replies],
            visits=[_visit(row, names) for row in visits],
            petitioners=[_petitioner(row) for row in petitioners],
            requests=[_request(row, names) for row in requests],
        )


def _reply(row: TicketReply, names: Names) -> ReplyOut:
    return ReplyOut(
        id=row.id,
        at=row.created_at,
        organization=_organization(row.organization_id, names),
        public_answer=row.public_answer,
        internal_note=row.internal_note,
        resolved=row.resolved,
        contacted_at=row.contacted_at,
        signed_off_by=row.signed_off_by,
    )


def _visit(row: TicketVisit, names: Names) -> VisitOut:
    return VisitOut(
        id=row.id,
        at=row.created_at,
        visitor=names.accounts.get(row.visited_by_id) if row.visited_by_id else None,
        channel=row.channel,
        reached=row.reached,
        resolved=row.resolved,
        level=row.level,
        unit_level=row.unit_level,
        agent_level=row.agent_level,
        note=row.note,
    )


def _petitioner(row: TicketPetitioner) -> PetitionerOut:
    return PetitionerOut(
        id=row.id,
        at=row.created_at,
        ticket_id=row.from_ticket_id,
        caller_masked=row.caller_masked,
    )


def _request(row: TicketRequest, names: Names) -> RequestOut:
    same = {name: getattr(row, name) for name in RequestOut.model_fields if name != "organization"}
    return RequestOut(**same, organization=_organization(row.organization_id, names))


def _organization(organization_id: UUID, names: Names) -> str | None:
    found = names.organizations.get(organization_id)
    return found.name if found else None
