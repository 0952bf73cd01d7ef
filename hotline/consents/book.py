"""The ledger as somebody may read it: what belongs to the tickets and calls that they see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.consents.models import ConsentEntry
from hotline.consents.queries import is_secret
from hotline.consents.states import OF_A_NUMBER, Answer, Purpose

# Of the floors above, by name only.
_ticket = table(
    "ticket", column("id"), column("call_id"), column("number"), column("caller_blind"),
    column("caller_masked"), column("confidential"),
)  # fmt: skip
_other = _ticket.alias("other")
_order = table("work_order", column("id"), column("ticket_id"))
_matter = table("proxy_matter", column("id"), column("ticket_id"))
_account = table("account", column("id"), column("display_name"))

_kind = func.split_part(ConsentEntry.subject, ":", 1)
_own = cast(func.split_part(ConsentEntry.subject, ":", 2), Uuid)


@dataclass(frozen=True, slots=True)
class Reach:
    """The reader's city, and the ids of the tickets and calls in it that the reader sees."""

    city_id: UUID
    tickets: Select[Any]
    calls: Select[Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """What the book is narrowed to; None means everything.

    By `subjects` come what they are about and what `number_blind` said of itself; without them
    everything of the number. By a number nobody comes to a confidential ticket, whose caller would
    be known by that: whoever sets it leaves it out for such a ticket.
    """

    subjects: Collection[str] | None = None
    number_blind: bytes | None = None
    purpose: Purpose | None = None
    answer: Answer | None = None
    after: UUID | None = None


async def page(
    session: AsyncSession, reach: Reach, sought: Sought, *, limit: int
) -> Sequence[Row[Any]]:
    """Entries with their ticket, or their call where no ticket came of it; newest first.

    What a number said of itself (texts, calls by machine) stands with the newest plain ticket of
    that caller which the reader sees, and is not there without one.
    """
    entries = _entries(reach, sought).subquery()
    shown = case((_ticket.c.confidential.is_(False), _ticket.c.caller_masked))
    chosen = (
        select(entries, _ticket.c.number.label("ticket_number"), shown.label("caller_masked"),
               _account.c.display_name.label("noted_by"))
        .outerjoin(_ticket, _ticket.c.id == entries.c.ticket_id)
        .outerjoin(_account, _account.c.id == entries.c.account_id)
        .where(or_(
            entries.c.ticket_id.in_(reach.tickets),
            and_(entries.c.ticket_id.is_(None), entries.c.call_id.in_(reach.calls)),
        ))
    )  # fmt: skip
    if sought.number_blind is not None:
        is_plain = and_(_ticket.c.confidential.is_not(True), ~is_secret(entries.c.subject))
        chosen = chosen.where(or_(entries.c.subject.in_(sought.subjects or ()), is_plain))
    newest = chosen.order_by(entries.c.at.desc(), entries.c.id.desc())
    return (await session.execute(newest.limit(limit))).all()


def _entries(reach: Reach, sought: Sought) -> Select[Any]:
    chosen = select(
        ConsentEntry.__table__, _ticket_of(reach), case((_kind == "call", _own)).label("call_id")
    )
    chosen = chosen.where(ConsentEntry.city_id == reach.city_id, *_whose(sought))
    if sought.purpose is not None:
        chosen = chosen.where(ConsentEntry.purpose == sought.purpose)
    if sought.answer is not None:
        chosen = chosen.where(ConsentEntry.answer == sought.answer)
    if sought.after is not None:
        passed = select(ConsentEntry.at).where(ConsentEntry.id == sought.after).scalar_subquery()
        cursor = tuple_(passed, literal(sought.after, Uuid))
        chosen = chosen.where(tuple_(ConsentEntry.at, ConsentEntry.id) < cursor)
    return chosen


def _whose(sought: Sought) -> list[ColumnElement[bool]]:
    of_number = ConsentEntry.number_blind == sought.number_blind
    if sought.subjects is None:
        return [] if sought.number_blind is None else [of_number]
    about = ConsentEntry.subject.in_(sought.subjects)
    if sought.number_blind is None:
        return [about]
    return [or_(about, and_(of_number, ConsentEntry.purpose.in_(OF_A_NUMBER)))]


def _ticket_of(reach: Reach) -> Label[Any]:
    """A call stands with no ticket where one of its tickets is confidential and another is not."""
    seen = _ticket.c.id.in_(reach.tickets)
    of_caller = and_(
        _ticket.c.caller_blind == ConsentEntry.number_blind, _ticket.c.confidential.is_(False), seen
    )
    return case(
        (_kind == "ticket", _own),
        (_kind == "work_order", _first(select(_order.c.ticket_id).where(_order.c.id == _own))),
        (_kind == "proxy_matter", _first(select(_matter.c.ticket_id).where(_matter.c.id == _own))),
        (_kind == "call", _first(
            select(_ticket.c.id).where(_ticket.c.call_id == _own, seen, ~_is_mixed())
        )),
        (ConsentEntry.purpose.in_(OF_A_NUMBER), _first(
            select(_ticket.c.id).where(of_caller).order_by(_ticket.c.id.desc())
        )),
    ).label("ticket_id")  # fmt: skip


def _is_mixed() -> ColumnElement[bool]:
    return (
        select(_other.c.id)
        .where(
            _other.c.call_id == _ticket.c.call_id, _other.c.confidential != _ticket.c.confidential
        )
        .exists()
    )


def _first(chosen: Select[Any]) -> ScalarSelect[Any]:
    return chosen.limit(1).correlate(ConsentEntry).scalar_subquery()
