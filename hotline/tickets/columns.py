"""What a list of tickets may be narrowed to, column by column, as the address has it."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from hotline.db import Tx
from hotline.db.storable import StorableMoment, is_storable
from hotline.errors import InvalidInput
from hotline.tickets import words
from hotline.tickets.ladder import Card
from hotline.tickets.narrowing import Filters
from hotline.tickets.states import Status, TicketKind, Urgency


class Sort(StrEnum):
    NEWEST = "newest"
    DUE = "due"


async def chosen_filters(
    *,
    session: Tx,
    status: Annotated[list[Status] | None, Query(max_length=20)] = None,
    district: Annotated[str | None, Query(max_length=50)] = None,
    kind: Annotated[list[TicketKind] | None, Query(max_length=10)] = None,
    urgency: Annotated[list[Urgency] | None, Query(max_length=3)] = None,
    subject: Annotated[
        str | None, Query(pattern=r"^[A-Z]\d{2}(-\d{2}){0,2}$", description="分类或其上级")
    ] = None,
    q: Annotated[str, Query(max_length=100)] = "",
    custody: UUID | None = None,
    assignee: UUID | None = None,
    unassigned: bool = False,
    mine: bool = False,
    call_id: UUID | None = None,
    caller: Annotated[str | None, Query(max_length=30, description="完整的来电号码")] = None,
    card: Card | None = None,
    supervised: bool = False,
    confidential: bool | None = None,
    due_before: StorableMoment | None = None,
    due_after: StorableMoment | None = None,
    created_from: StorableMoment | None = None,
    created_to: StorableMoment | None = None,
    sort: Annotated[Sort, Query(description="due：在办的，最先到期的在前")] = Sort.NEWEST,
) -> Filters:
    if not is_storable(f"{district or ''}{q}{caller or ''}"):
        raise InvalidInput(errors=[{"field": "q", "message": "含有不能查询的字符"}])
    return Filters(
        statuses=tuple(status or ()),
        district=district,
        kinds=tuple(kind or ()),
        urgencies=tuple(urgency or ()),
        subject=subject,
        q=q,
        custody_id=custody,
        assignee_id=assignee,
        is_unassigned=unassigned,
        is_mine=mine,
        call_id=call_id,
        caller=None if caller is None else words.blind_number(session, caller),
        card=card,
        is_supervised=supervised,
        is_confidential=confidential,
        due_before=due_before,
        due_after=due_after,
        created_from=created_from,
        created_to=created_to,
        is_by_due=sort is Sort.DUE,
    )


ChosenFilters = Annotated[Filters, Depends(chosen_filters)]
