"""Where a new ticket belongs: district, entry, subject, and the unit that is proposed for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import DirectoryEntry, DistrictOffice, Subject
from hotline.errors import InvalidInput
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Filing:
    """What the directory knows about a matter."""

    city_id: UUID
    district: Organization | None = None
    entry: DirectoryEntry | None = None
    subject: Subject | None = None
    unit_id: UUID | None = None


async def file_under(
    session: AsyncSession,
    city_id: UUID,
    *,
    district: str | None = None,
    entry_id: str | None = None,
    subject_code: str | None = None,
    organization: str | None = None,
) -> Filing:
    """Look up every name; unknown ones are told all at once as InvalidInput."""
    node = await _known(district, partial(organizations.district_node, session, city_id))
    entry = await _known(entry_id, partial(_entry, session, city_id))
    subject = await _known(subject_code, partial(subject_by_code, session, city_id))
    unit = await _known(organization, partial(_unit, session, city_id))
    _refuse_unknown(
        ("district", district, node),
        ("entry_id", entry_id, entry),
        ("subject_code", subject_code, subject),
        ("organization", organization, unit),
    )
    filing = Filing(city_id, node, entry, subject, unit.id if unit else None)
    return filing if unit else await _with_proposal(session, filing)


async def _known(name: str | None, look_up: Callable[[str], Awaitable[Row | None]]) -> Row | None:
    return await look_up(name) if name else None


def _refuse_unknown(*asked: tuple[str, str | None, object]) -> None:
    """What was named and is not there, as one answer."""
    unknown = [field for field, name, found in asked if name and found is None]
    if unknown:
        raise InvalidInput(errors=[{"field": field, "message": "没有这一项"} for field in unknown])


async def subject_by_code(session: AsyncSession, city_id: UUID, code: str) -> Subject | None:
    chosen = select(Subject).where(Subject.city_id == city_id, Subject.code == code)
    return await session.scalar(chosen)


async def _with_proposal(session: AsyncSession, filing: Filing) -> Filing:
    """The entry's own organization, else the subject's, each as the district has it done."""
    charged = filing.entry.organization_id if filing.entry else None
    if charged is None and filing.subject is not None:
        charged = filing.subject.default_organization_id
    if charged is None:
        return filing
    unit_id = await _local_office(session, charged, filing.district)
    return Filing(filing.city_id, filing.district, filing.entry, filing.subject, unit_id)


async def _local_office(
    session: AsyncSession, organization_id: UUID, district: Organization | None
) -> UUID:
    if district is None:
        return organization_id
    chosen = select(DistrictOffice.office_id).where(
        DistrictOffice.organization_id == organization_id,
        DistrictOffice.district == district.district,
    )
    return await session.scalar(chosen) or organization_id


async def _entry(session: AsyncSession, city_id: UUID, key: str) -> DirectoryEntry | None:
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.key == key
    )
    return await session.scalar(chosen)


async def _unit(session: AsyncSession, city_id: UUID, key: str) -> Organization | None:
    found = await organizations.organization_by_key(session, key)
    return found if found is not None and found.city_id == city_id else None
