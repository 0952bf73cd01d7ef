"""A resident authorizes the service center: the authorization, its ticket, the check-list, the way.

Nobody is bound by a word: what was agreed to is kept with its way and moment, by telephone with
the recorded call. Taking it back needs no reason and stops everything but giving papers back.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls.models import Call
from hotline.consents.service import Answered, note, version_of
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import uuid7
from hotline.directory import queries as directory
from hotline.directory.entry import Entry
from hotline.errors import InvalidInput, NotFound
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.proxy import queries
from hotline.proxy.errors import MatterClosed, NotAuthorized
from hotline.proxy.models import ProxyMatter, ProxyPaper, ProxyStep
from hotline.proxy.news import tell_changed
from hotline.proxy.phrases import phrase
from hotline.proxy.states import OPEN, MatterStatus, Way
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from hotline.vault import vault_of

USUAL_DAYS = 5
_LONGEST_NAME = 40
_CHANNELS = {Way.PHONE: Channel.VOICE, Way.COUNTER: Channel.COUNTER, Way.PORTAL: Channel.PORTAL}


@dataclass(frozen=True, slots=True)
class Authorization:
    """`is_given` is the resident's yes to the statement; `call_id` where it was recorded."""

    person: str
    phone: str
    way: Way
    is_given: bool
    call_id: UUID | None = None


def statement_for(entry_name: str) -> str:
    """The words that the resident agrees to."""
    return phrase("statement", name=entry_name)


async def authorize(
    session: AsyncSession,
    principal: Principal,
    *,
    entry_id: str,
    district: str | None,
    authorization: Authorization,
) -> ProxyMatter:
    """Raises NotAuthorized without a yes, InvalidInput for a service that nobody can carry."""
    if not authorization.is_given:
        raise NotAuthorized
    city_id = await organizations.city_of(session, principal.organization_id)
    entry = await directory.entry_by_key(session, city_id, entry_id)
    if entry is None or entry.organization_id is None:
        raise InvalidInput(errors=[{"field": "entry_id", "message": "这个事项不能代办"}])
    await _require_call(session, city_id, authorization)
    ticket = await _open_ticket(session, principal, entry, district, authorization)
    matter = _matter(session, principal, ticket, entry, authorization)
    session.add(matter)
    await session.flush()
    await _lay_out(session, matter, entry, district)
    channel = _CHANNELS[authorization.way]
    await note(session, _answered(matter, ticket, Answer.GIVEN, channel), principal)
    told = phrase(f"authorized_{authorization.way}", statement=matter.statement)
    await tickets.comment_ticket(session, principal, ticket.id, text=told)
    await tell_changed(session, matter)
    return matter


async def withdraw(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, reason: str | None = None
) -> ProxyMatter:
    """The resident takes it back, by themselves on the portal or by an agent."""
    matter = await queries.held_matter_of_ticket(session, ticket_id)
    if matter is None:
        raise NotFound
    if matter.status not in OPEN:
        raise MatterClosed
    matter.status, matter.withdrawn_at = MatterStatus.WITHDRAWN, clock.now()
    await session.flush()
    ticket = await session.get_one(Ticket, ticket_id)
    channel = Channel.AGENT if principal.account_id else Channel.PORTAL
    answered = replace(_answered(matter, ticket, Answer.WITHDRAWN, channel), reason=reason)
    await note(session, answered, principal)
    await tickets.comment_ticket(session, principal, ticket_id, text=phrase("withdrawn"))
    await tell_changed(session, matter)
    return matter


async def _require_call(session: AsyncSession, city_id: UUID, authorization: Authorization) -> None:
    """By telephone the recording is the authorization: there must be such a call."""
    if authorization.way is not Way.PHONE:
        return
    call = await session.get(Call, authorization.call_id) if authorization.call_id else None
    if call is None or call.city_id != city_id:
        raise InvalidInput(errors=[{"field": "call_id", "message": "电话委托要关联录音的通话"}])


async def _open_ticket(
    session: AsyncSession,
    principal: Principal,
    entry: Entry,
    district: str | None,
    authorization: Authorization,
) -> Ticket:
    return await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind.PROXY,
        title=phrase("title", name=entry.name),
        description=phrase("description", name=entry.name),
        district=district,
        entry_id=entry.id,
        caller_number=authorization.phone,
        call_id=authorization.call_id,
        need=f"portal:proxy:{uuid7()}" if authorization.way is Way.PORTAL else f"proxy:{uuid7()}",
    )


def _matter(
    session: AsyncSession,
    principal: Principal,
    ticket: Ticket,
    entry: Entry,
    authorization: Authorization,
) -> ProxyMatter:
    own = uuid7()
    person = authorization.person[:_LONGEST_NAME]
    return ProxyMatter(
        id=own,
        ticket_id=ticket.id,
        city_id=ticket.city_id,
        entry_key=entry.id,
        entry_name=entry.name,
        way=authorization.way,
        statement=statement_for(entry.name),
        authorized_at=clock.now(),
        recorded_by_id=principal.account_id,
        call_id=authorization.call_id,
        person_sealed=vault_of(session).seal(
            person, table="proxy_matter", column="person", row=own
        ),
        person_masked=masked_person(person),
    )


def _answered(matter: ProxyMatter, ticket: Ticket, answer: Answer, channel: Channel) -> Answered:
    return Answered(
        matter.city_id, f"proxy_matter:{matter.id}", Purpose.PROXY, answer, channel,
        ticket.caller_blind, version_of("statement", matter.statement),
    )  # fmt: skip


def masked_person(person: str) -> str:
    """The family name is enough to speak to somebody."""
    return f"{person[:1]}**" if person.isascii() or len(person) > 2 else f"{person[:1]}*"


async def _lay_out(
    session: AsyncSession, matter: ProxyMatter, entry: Entry, district: str | None
) -> None:
    """Papers and steps as the directory lists them; the officer may plan the way anew."""
    unit = await directory.responsible_for(session, entry, district)
    if unit is None:
        raise InvalidInput(errors=[{"field": "entry_id", "message": "这个事项没有承办单位"}])
    session.add_all(
        ProxyPaper(matter_id=matter.id, position=number, name=mask_text(name))
        for number, name in enumerate(entry.documents)
    )
    session.add_all(
        ProxyStep(
            matter_id=matter.id,
            position=number,
            name=name,
            organization_id=unit.id,
            working_days=USUAL_DAYS,
        )
        for number, name in enumerate(entry.procedure or (entry.name,))
    )
    await session.flush()
