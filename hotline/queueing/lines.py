"""Which lines there are, which one a caller stands in, and how a line is shown."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import queries as seats
from hotline.agents.models import Skill
from hotline.db import uuid7
from hotline.events import service as events
from hotline.organizations import queries as organizations
from hotline.organizations.hours import is_open
from hotline.organizations.models import Organization
from hotline.organizations.schemas import OrganizationRef
from hotline.queueing import queries
from hotline.queueing.models import Queue, QueueOverflow
from hotline.queueing.schemas import QueueOut, ServiceLevel

SCOPE = "calls:read"
DISTRICT_TO_CITY = 10
CITY_TO_DISTRICT = 20


async def lines_of(session: AsyncSession, city_id: UUID) -> Sequence[Queue]:
    """The lines of a city; the first caller of all finds them made."""
    found = await queries.queues_of(session, city_id)
    if not found:
        await _make_lines(session, city_id)
        found = await queries.queues_of(session, city_id)
    return found


def pick_line(lines: Sequence[Queue], desk_id: UUID | None, skill: str) -> Queue:
    """The district's own line where it has one for the language, else the city's."""
    able = [line for line in lines if line.skill == skill] or list(lines)
    own = [line for line in able if line.organization_id == desk_id]
    city = [line for line in able if line.organization_id == line.city_id]
    return (own or city or able)[0]


def is_open_now(line: Queue) -> bool:
    return is_open(line.hours, clock.now())


async def announce_line(session: AsyncSession, queue_id: UUID) -> None:
    """Show how a line stands, after something in it has changed."""
    line = await queries.queue(session, queue_id)
    await session.flush()
    await events.record(
        session,
        "queue.changed",
        subject_id=line.id,
        payload=await show_line(session, line),
        audience=[line.organization_id],
        scope=SCOPE,
    )


async def show_line(session: AsyncSession, line: Queue) -> QueueOut:
    now = clock.now()
    desk = await organizations.organization(session, line.organization_id)
    waiting, callbacks, since = await queries.waiting_now(session, line.id)
    in_time, answered, abandoned = await queries.service_level(
        session, line, now - queries.MEASURED
    )
    counted = answered + abandoned
    return QueueOut(
        id=line.id,
        organization=OrganizationRef.model_validate(desk),
        skill=line.skill,
        is_open=is_open_now(line),
        waiting=waiting - callbacks,
        callbacks=callbacks,
        waiting_since=since,
        longest_wait_seconds=int((now - since).total_seconds()) if since else None,
        agents=await seats.by_state(session, [line.organization_id]),
        service_level=ServiceLevel(
            target_seconds=line.target_seconds,
            window_minutes=int(queries.MEASURED.total_seconds() // 60),
            in_time=in_time,
            counted=counted,
            share=round(in_time / counted, 4) if counted else None,
        ),
        abandoned=abandoned,
    )


async def _make_lines(session: AsyncSession, city_id: UUID) -> None:
    """Mandarin at every desk, Mongolian at the city's; open day and night until set otherwise."""
    city = await organizations.organization(session, city_id)
    districts = await organizations.districts(session, city_id)
    for desk in (city, *districts):
        await _make_line(session, desk, Skill.MANDARIN)
    await _make_line(session, city, Skill.MONGOLIAN)
    for line in await queries.queues_of(session, city_id):
        is_city = line.organization_id == city_id
        others = districts if is_city else [city]
        after = CITY_TO_DISTRICT if is_city else DISTRICT_TO_CITY
        for other in others:
            rule = {
                "id": uuid7(), "queue_id": line.id, "to_organization_id": other.id,
                "after_seconds": 0 if line.skill == Skill.MONGOLIAN else after,
                "created_at": clock.now(), "updated_at": clock.now(),
            }  # fmt: skip
            await session.execute(insert(QueueOverflow).values(**rule).on_conflict_do_nothing())


async def _make_line(session: AsyncSession, desk: Organization, skill: Skill) -> None:
    now = clock.now()
    fresh = {
        "id": uuid7(), "organization_id": desk.id, "city_id": desk.city_id, "skill": skill,
        "key": f"q{secrets.token_hex(8)}", "hours": "24/7", "offer_seconds": 20,
        "wrap_up_seconds": 30, "target_seconds": 15, "created_at": now, "updated_at": now,
    }  # fmt: skip
    await session.execute(insert(Queue).values(**fresh).on_conflict_do_nothing())
