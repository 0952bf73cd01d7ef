"""Where a new ticket belongs: district, entry, subject, and the unit that is proposed for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import DirectoryEntry, DistrictOffice, Subject
from hotline.errors import InvalidInput
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization


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
    node = await organizations.district_node(session, city_id, district) if district else None
    entry = await _entry(session, city_id, entry_id) if entry_id else None
    subject = await subject_by_code(session, city_id, subject_code) if subject_code else None
    unit = await _unit(session, city_id, organization) if organization else None
    unknown = {
        "district": district and node is None,
        "entry_id": entry_id and entry is None,
        "subject_code": subject_code and subject is None,
        "organization": organization and unit is None,
    }
    errors = [{"field": field, "message": "没有这一项"} for field, bad in unknown.items() if bad]
    if errors:
        raise InvalidInput(errors=errors)
    filing = Filing(city_id, node, entry, subject, unit.id if unit else None)
    return filing if unit else await _with_proposal(session, filing)


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
