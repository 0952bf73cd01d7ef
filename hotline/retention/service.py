"""Set a period, hold and let go."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.errors import Conflict, InvalidInput, NotFound
from hotline.principal import Principal
from hotline.privacy import mask_number
from hotline.retention import queries
from hotline.retention.kinds import RULES, Kind
from hotline.retention.models import LegalHold, RetentionTerm
from hotline.vault import vault_of


class HoldLifted(Conflict):
    code, detail = "hold_lifted", "这项保全已经解除。"


async def set_days(
    session: AsyncSession, principal: Principal, city_id: UUID, kind: Kind, days: int
) -> None:
    """From the next run on. Raises NotFound, InvalidInput below the floor."""
    _require_whole(principal, city_id)
    least = RULES[kind].least_days
    if days < least:
        raise InvalidInput(errors=[{"field": "days", "message": f"不能少于 {least} 天"}])
    session.add(
        RetentionTerm(city_id=city_id, kind=kind, days=days, set_by_id=principal.account_id)
    )
    await audit.record(session, principal, "retention.changed", target=f"retention:{kind}",
                       days=days)  # fmt: skip


async def hold_ticket(
    session: AsyncSession, principal: Principal, city_id: UUID, *, number: str, reason: str
) -> LegalHold:
    """Raises NotFound where the city has no such ticket."""
    ticket_id = await queries.ticket_by_number(session, city_id, number)
    if ticket_id is None:
        raise NotFound
    held = LegalHold(city_id=city_id, ticket_id=ticket_id, label=number, reason=reason)
    return await _placed(session, principal, held)


async def hold_number(
    session: AsyncSession, principal: Principal, city_id: UUID, *, e164: str, reason: str
) -> LegalHold:
    held = LegalHold(
        city_id=city_id, number_blind=vault_of(session).blind(e164, purpose="phone"),
        label=mask_number(e164), reason=reason,
    )  # fmt: skip
    return await _placed(session, principal, held)


async def lift(
    session: AsyncSession, principal: Principal, hold_id: UUID, *, reason: str
) -> LegalHold:
    """Raises NotFound, HoldLifted."""
    held = await queries.held_hold(session, principal, hold_id)
    if held is None:
        raise NotFound
    if held.lifted_at is not None:
        raise HoldLifted
    held.lifted_at, held.lifted_by_id, held.lift_reason = (
        clock.now(), principal.account_id, reason,
    )  # fmt: skip
    await audit.record(session, principal, "legal_hold.lifted", target=f"legal_hold:{held.id}",
                       reason=reason)  # fmt: skip
    return held


async def _placed(session: AsyncSession, principal: Principal, held: LegalHold) -> LegalHold:
    _require_whole(principal, held.city_id)
    held.placed_by_id = principal.account_id
    session.add(held)
    await session.flush()
    await audit.record(session, principal, "legal_hold.placed", target=f"legal_hold:{held.id}",
                       reason=held.reason)  # fmt: skip
    return held


def _require_whole(principal: Principal, city_id: UUID) -> None:
    """Periods and holds are for whoever looks after the whole city."""
    if city_id not in principal.subtree:
        raise NotFound
