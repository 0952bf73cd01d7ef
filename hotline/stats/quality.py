"""Talks are sampled, judged by a scorecard, and read by whose work they were."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.accounts.queries import names_of
from hotline.agents.models import Seat
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallStatus, Direction
from hotline.calls.schemas import CallOut
from hotline.db.arrays import one_of
from hotline.errors import Conflict, InvalidInput, NotFound
from hotline.principal import Principal
from hotline.queueing.models import Rating
from hotline.stats.models import Scorecard
from hotline.stats.quality_schemas import (
    Calibration,
    SampledCall,
    SampleRule,
    Spread,
    TalkReviewIn,
    TalkReviewOut,
    TalkSample,
)
from hotline.stats.scoring import score

LOW, LONG, SHORT = 2, timedelta(minutes=10), timedelta(seconds=20)
SAMPLE_SIZE = 12


class AlreadyReviewed(Conflict):
    code, detail = "already_reviewed", "您已经给这次通话评过分。"


async def sample(
    session: AsyncSession, principal: Principal, rule: SampleRule, days: int
) -> TalkSample:
    """Ended talks of the own agents that this reviewer has not judged."""
    judged = select(Scorecard.id).where(
        Scorecard.call_id == Call.id, Scorecard.reviewer_id == principal.account_id
    )
    chosen = (
        _talks(principal)
        .where(Call.ended_at > clock.now() - timedelta(days=days), ~judged.exists(), _fits(rule))
        .order_by(func.random())
        .limit(SAMPLE_SIZE)
    )
    rows = (await session.execute(chosen.add_columns(Rating.level))).all()
    names = await names_of(session, {call.agent_id for call, _ in rows})
    items = [
        SampledCall(
            call=CallOut.model_validate(call), agent_id=call.agent_id, level=level,
            agent=names.get(call.agent_id, ""),
            seconds=int((call.ended_at - call.answered_at).total_seconds()),
        )
        for call, level in rows
    ]  # fmt: skip
    return TalkSample(rule=rule, items=items)


async def review(session: AsyncSession, principal: Principal, wanted: TalkReviewIn) -> Scorecard:
    """Once per call and reviewer; nobody judges their own talk."""
    assert principal.account_id is not None
    call = await session.scalar(_talks(principal).where(Call.id == wanted.call_id))
    if call is None or call.agent_id is None or call.agent_id == principal.account_id:
        raise NotFound
    await session.execute(select(Call.id).where(Call.id == call.id).with_for_update())
    known = select(Scorecard.id).where(
        Scorecard.call_id == call.id, Scorecard.reviewer_id == principal.account_id
    )
    if await session.scalar(known):
        raise AlreadyReviewed
    try:
        found = score(wanted.marks, wanted.fatal)
    except ValueError:
        raise InvalidInput(errors=[{"field": "marks", "message": "请给每一项评分"}]) from None
    seat = await session.get_one(Seat, call.agent_id)
    card = Scorecard(
        call_id=call.id, agent_id=call.agent_id, organization_id=seat.organization_id,
        reviewer_id=principal.account_id, note=wanted.note, total=found.total,
        points={"marks": wanted.marks, "fatal": wanted.fatal}, is_passed=found.is_passed,
    )  # fmt: skip
    session.add(card)
    await session.flush()
    await audit.record(session, principal, "call.reviewed", target=f"call:{call.id}")
    return card


def visible_cards(principal: Principal) -> Select[Scorecard]:
    """One's own; of the own desks for whoever supervises them."""
    mine = Scorecard.agent_id == principal.account_id
    if not principal.has("calls:supervise"):
        return select(Scorecard).where(mine)
    return select(Scorecard).where(or_(mine, one_of(Scorecard.organization_id, principal.subtree)))


def page(principal: Principal, *, after: UUID | None, limit: int) -> Select[Scorecard]:
    """Newest first, after the review `after`."""
    chosen = visible_cards(principal)
    if after is not None:
        chosen = chosen.where(Scorecard.id < after)
    return chosen.order_by(Scorecard.id.desc()).limit(limit)


async def mark_read(session: AsyncSession, principal: Principal, review_id: UUID) -> Scorecard:
    """By the agent; the first time counts."""
    chosen = select(Scorecard).where(
        Scorecard.id == review_id, Scorecard.agent_id == principal.account_id
    )
    card = await session.scalar(chosen.with_for_update())
    if card is None:
        raise NotFound
    card.read_at = card.read_at or clock.now()
    return card


async def calibration(session: AsyncSession, principal: Principal) -> Calibration:
    """Where reviewers disagree most comes first."""
    several = (
        visible_cards(principal)
        .with_only_columns(Scorecard.call_id, Scorecard.agent_id, func.array_agg(Scorecard.total))
        .group_by(Scorecard.call_id, Scorecard.agent_id)
        .having(func.count() > 1)
    )
    rows = (await session.execute(several)).all()
    names = await names_of(session, {agent_id for _, agent_id, _ in rows})
    items = [
        Spread(call_id=call_id, agent=names.get(agent_id, ""), totals=sorted(totals),
               spread=max(totals) - min(totals))
        for call_id, agent_id, totals in rows
    ]  # fmt: skip
    items.sort(key=lambda one: -one.spread)
    mean = sum(one.spread for one in items) / len(items) if items else None
    return Calibration(items=items, mean_spread=mean)


async def shown(session: AsyncSession, cards: Sequence[Scorecard]) -> list[TalkReviewOut]:
    people = {card.agent_id for card in cards} | {card.reviewer_id for card in cards}
    names = await names_of(session, people)
    return [
        TalkReviewOut(
            id=card.id, created_at=card.created_at, call_id=card.call_id, agent_id=card.agent_id,
            agent=names.get(card.agent_id, ""), reviewer=names.get(card.reviewer_id, ""),
            marks=card.points["marks"], fatal=card.points["fatal"], total=card.total,
            is_passed=card.is_passed, note=card.note, read_at=card.read_at,
        )
        for card in cards
    ]  # fmt: skip


def _talks(principal: Principal) -> Select[Any]:
    """Ended talks of agents who sit at desks of the subtree."""
    return (
        calls.visible_to(principal)
        .join(Seat, Seat.account_id == Call.agent_id)
        .outerjoin(Rating, Rating.call_id == Call.id)
        .where(
            one_of(Seat.organization_id, principal.subtree),
            Call.status == CallStatus.ENDED,
            Call.direction == Direction.INBOUND,
            Call.answered_at.is_not(None),
            Call.ended_at.is_not(None),
        )
    )


def _fits(rule: SampleRule) -> ColumnElement[bool]:
    length = Call.ended_at - Call.answered_at
    match rule:
        case SampleRule.RANDOM:
            return Call.id.is_not(None)
        case SampleRule.LOW_RATING:
            return Rating.level <= LOW
        case SampleRule.LONG:
            return length > LONG
        case SampleRule.SHORT:
            return length < SHORT
        case SampleRule.EMERGENCY:
            return Call.emergency.is_not(None)
        case SampleRule.JUDGED:
            return select(Scorecard.id).where(Scorecard.call_id == Call.id).exists()
