"""Short numbers that anyone may dial: kept by the editors of the city, in force within a second.

Those of emergencies stay: what callers in danger are told must not depend on a slip at a desk.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.directory.importing import announce_published
from hotline.directory.models import ShortCode
from hotline.errors import Conflict, NotFound
from hotline.organizations.queries import city_of
from hotline.principal import Principal


class EmergencyNumber(Conflict):
    code, detail = "emergency_number", "紧急号码不能改成别的，也不能删除。"


async def put_short_code(
    session: AsyncSession,
    principal: Principal,
    number: str,
    *,
    name: str,
    handles: str,
    is_merged: bool,
) -> ShortCode:
    """A new one, or one anew. Raises NotFound for editors who are not the city's."""
    city_id = await _own_city(session, principal)
    code = await _held(session, city_id, number)
    if code is None:
        code = ShortCode(
            city_id=city_id,
            number=number,
            position=await _after_the_last(session, city_id),
            is_emergency=False,
        )
        session.add(code)
    elif code.is_emergency and is_merged:
        raise EmergencyNumber
    code.name, code.handles, code.is_merged = name, handles, is_merged
    await _told(session, principal, city_id, "short_code.put", number)
    return code


async def remove_short_code(session: AsyncSession, principal: Principal, number: str) -> None:
    city_id = await _own_city(session, principal)
    code = await _held(session, city_id, number)
    if code is None:
        raise NotFound
    if code.is_emergency:
        raise EmergencyNumber
    await session.delete(code)
    await _told(session, principal, city_id, "short_code.removed", number)


async def _own_city(session: AsyncSession, principal: Principal) -> UUID:
    city_id = await city_of(session, principal.organization_id)
    if city_id not in principal.subtree:
        raise NotFound
    return city_id


async def _held(session: AsyncSession, city_id: UUID, number: str) -> ShortCode | None:
    chosen = select(ShortCode).where(ShortCode.city_id == city_id, ShortCode.number == number)
    return await session.scalar(chosen.with_for_update())


async def _after_the_last(session: AsyncSession, city_id: UUID) -> int:
    chosen = select(func.max(ShortCode.position)).where(ShortCode.city_id == city_id)
    return (await session.scalar(chosen) or 0) + 1


async def _told(
    session: AsyncSession, principal: Principal, city_id: UUID, action: str, number: str
) -> None:
    await session.flush()
    await announce_published(session, city_id, [])
    await audit.record(session, principal, action, target=f"short_code:{number}")
