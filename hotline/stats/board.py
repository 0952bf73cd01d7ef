"""The wallboard of a hall: the line now, today, this month, the districts, what is hot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import queries as agents
from hotline.agents.models import Seat
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallStatus
from hotline.db.arrays import one_of
from hotline.dispatch import queries as orders
from hotline.dispatch.models import WorkOrder
from hotline.incidents import queries as incidents
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.stats import queries
from hotline.stats.outlook import calls_of, expected_calls
from hotline.stats.periods import Period
from hotline.stats.reading import kpis_by_key, terms_of, values_of
from hotline.stats.schemas import (
    BoardOut,
    DistrictBoard,
    IncidentBoard,
    LineBoard,
    ValueOut,
)
from hotline.stats.topics import rising_subjects
from hotline.stats.wording import Words
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import FINISHED

_TODAY = (
    "inbound", "connect_rate", "service_level", "answer_15", "average_wait", "abandon_rate",
    "machine_share", "received", "direct_rate", "dispatched", "closed",
)  # fmt: skip
_MONTH = (
    "received", "on_time_rate", "satisfied_rate", "resolved_rate", "response_rate", "composite",
    "direct_rate", "connect_rate",
)  # fmt: skip
_DISTRICT_KPIS = ("received", "on_time_rate", "satisfied_rate")
_MOST_INCIDENTS = 5


@dataclass(frozen=True, slots=True)
class _Load:
    """What a district has open now."""

    open: int = 0
    overdue: int = 0


async def board(
    session: AsyncSession, principal: Principal, scope_id: UUID, *, words: Words
) -> BoardOut:
    now = clock.now()
    today = clock.local(now).date()
    city_id = await queries.city_of(session, scope_id)
    home = await session.get_one(Organization, scope_id)
    return BoardOut(
        now=now,
        organization=home.name,
        line=await _line(session, principal, today),
        today=await _values(session, scope_id, Period(today, today), _TODAY),
        month=await _values(session, scope_id, Period(today.replace(day=1), today), _MONTH),
        calls=await calls_of(session, scope_id, today),
        expected=await expected_calls(session, scope_id, today),
        tickets_by_status=await tickets.counts(session, principal),
        districts=await _districts(session, principal, scope_id, today),
        topics=await rising_subjects(session, city_id, scope_id, today, words=words),
        incidents=await _incidents(session, principal),
        orders=await _orders(session, principal, today),
    )


async def _values(
    session: AsyncSession, scope_id: UUID, period: Period, keys: tuple[str, ...]
) -> dict[str, ValueOut]:
    kpis = kpis_by_key(keys)
    return values_of(kpis, await queries.sums(session, scope_id, period, terms_of(kpis)))


async def _line(session: AsyncSession, principal: Principal, today: date) -> LineBoard:
    midnight = datetime(today.year, today.month, today.day, tzinfo=clock.LOCAL)
    live = calls.visible_to(principal).where(Call.status != CallStatus.ENDED)
    waiting = Call.status == CallStatus.WAITING
    counted = live.with_only_columns(
        func.count().filter(waiting),
        func.min(Call.queued_at).filter(waiting),
        func.count().filter(Call.status == CallStatus.TALKING),
        func.count().filter(Call.status == CallStatus.CONVERSING),
    )
    waits, longest, talking, with_machine = (await session.execute(counted)).one()
    urgent = calls.visible_to(principal).where(
        Call.started_at >= midnight, Call.emergency.is_not(None)
    )
    emergencies = await session.scalar(urgent.with_only_columns(func.count()))
    states = agents.visible_to(principal).with_only_columns(Seat.state, func.count())
    seats = {str(state): n for state, n in await session.execute(states.group_by(Seat.state))}
    return LineBoard(
        waiting=waits, longest_since=longest, talking=talking, with_machine=with_machine,
        emergencies_today=emergencies or 0, agents=seats,
    )  # fmt: skip


async def _districts(
    session: AsyncSession, principal: Principal, scope_id: UUID, today: date
) -> list[DistrictBoard]:
    """Of the viewer's subtree, in the order of the city."""
    nodes = (await session.scalars(
        select(Organization)
        .where(one_of(Organization.id, principal.subtree), Organization.tier == "district")
        .order_by(Organization.position)
    )).all()  # fmt: skip
    kpis = kpis_by_key(_DISTRICT_KPIS)
    month = Period(today.replace(day=1), today)
    sums = await queries.sums_by(session, scope_id, month, terms_of(kpis), dimension="district")
    day = await queries.sums_by(
        session, scope_id, Period(today, today), ["received"], dimension="district"
    )
    loads = await _loads(session, principal)
    return [
        _district(node, values_of(kpis, sums.get((str(node.id), ""), {})),
                  day.get((str(node.id), ""), {}).get("received", 0),
                  loads.get(node.id, _Load()))
        for node in nodes
    ]  # fmt: skip


def _district(
    node: Organization, month: Mapping[str, ValueOut], received: int, load: _Load
) -> DistrictBoard:
    return DistrictBoard(
        key=str(node.id), name=node.district or node.name, received_today=received,
        received_month=int(month["received"].numerator), open=load.open, overdue=load.overdue,
        on_time=month["on_time_rate"], satisfied=month["satisfied_rate"],
    )  # fmt: skip


async def _loads(session: AsyncSession, principal: Principal) -> dict[UUID | None, _Load]:
    late = case((Ticket.due_at < clock.now(), 1))
    chosen = (
        tickets.visible_to(principal)
        .where(Ticket.status.not_in(FINISHED), Ticket.parent_id.is_(None))
        .with_only_columns(Ticket.district_id, func.count(), func.count(late))
        .group_by(Ticket.district_id)
    )
    rows = await session.execute(chosen)
    return {district: _Load(count, overdue) for district, count, overdue in rows}


async def _incidents(session: AsyncSession, principal: Principal) -> list[IncidentBoard]:
    chosen = incidents.page(
        principal, status=incidents.OPEN, after=None, limit=_MOST_INCIDENTS
    )  # fmt: skip
    return [
        IncidentBoard(
            id=one.id, title=one.title, area=one.area, status=one.status, began_at=one.began_at,
            expected_end=one.expected_end,
        )
        for one in await session.scalars(chosen)
    ]  # fmt: skip


async def _orders(session: AsyncSession, principal: Principal, today: date) -> dict[str, int]:
    """Vendors' orders of the last thirty days by where they stand."""
    since = datetime(today.year, today.month, today.day, tzinfo=clock.LOCAL) - timedelta(days=30)
    chosen = (
        orders.visible_to(principal)
        .where(WorkOrder.created_at >= since)
        .with_only_columns(WorkOrder.state, func.count())
        .group_by(WorkOrder.state)
    )
    return {state: count for state, count in await session.execute(chosen)}
