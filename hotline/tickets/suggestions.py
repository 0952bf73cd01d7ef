"""Subject and unit for a matter that is being written down, each with the reason."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hotline.directory.models import EntryPhrase, Subject
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets.conflicts import names_organization
from hotline.tickets.filing import Filing, file_under
from hotline.tickets.states import TicketKind
from hotline.tickets.suggest import SubjectIndex, SubjectPhrases, SuggestedSubject
from hotline.tickets.usual_unit import usual_unit


@dataclass(frozen=True, slots=True)
class SuggestedUnit:
    """`reason`: `entry` or `subject`, whose unit it is; `history`, who settles such matters."""

    id: UUID
    name: str
    tier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    subjects: list[SuggestedSubject]
    units: list[SuggestedUnit]


async def suggest(
    session: AsyncSession,
    principal: Principal,
    *,
    text: str,
    kind: TicketKind,
    entry_id: str | None = None,
    district: str | None = None,
) -> Suggestions:
    """The unit of the entry first, then those of the subjects, then who has usually settled such
    matters; none that is complained of."""
    city_id = await organizations.city_of(session, principal.organization_id)
    filing = await file_under(session, city_id, district=district, entry_id=entry_id)
    proposals = [("entry", filing.unit_id)] if filing.unit_id is not None else []
    subjects = await _subjects(session, filing, text)
    for subject in subjects:
        filing = await file_under(session, city_id, district=district, subject_code=subject.code)
        if filing.unit_id is not None:
            proposals.append(("subject", filing.unit_id))
    if subjects and (usual := await _usual(session, filing, subjects[0])):
        proposals.append(("history", usual))
    known = await organizations.organizations_by_id(session, {unit for _, unit in proposals})
    units: dict[UUID, SuggestedUnit] = {}
    for reason, unit_id in proposals:
        unit = known[unit_id]
        if not _is_complained_of(unit, kind, text):
            units.setdefault(unit_id, SuggestedUnit(unit_id, unit.name, unit.tier, reason))
    return Suggestions(subjects, list(units.values()))


async def sure_subject(
    session: AsyncSession, city_id: UUID, *, entry_id: str | None, text: str
) -> str | None:
    """The code of the subject that needs nobody to choose; None when it is not that clear."""
    filing = await file_under(session, city_id, entry_id=entry_id)
    nearest = await _subjects(session, filing, text)
    return nearest[0].code if nearest and nearest[0].is_sure else None


async def _subjects(session: AsyncSession, filing: Filing, text: str) -> list[SuggestedSubject]:
    """That of the entry first, which was vetted, then those of the words."""
    index = await subject_index(session, filing.city_id)
    nearest = index.nearest(text)
    if filing.entry is None:
        return nearest
    said = select(EntryPhrase.text).where(EntryPhrase.entry_id == filing.entry.id)
    phrases = [filing.entry.name, *await session.scalars(said.order_by(EntryPhrase.position))]
    of_entry = index.of_entry([*phrases, *map(str, filing.entry.keywords)])
    if of_entry is None:
        return nearest
    return [of_entry, *(one for one in nearest if one.code != of_entry.code)]


async def _usual(session: AsyncSession, filing: Filing, nearest: SuggestedSubject) -> UUID | None:
    district_id = filing.district.id if filing.district else None
    return await usual_unit(session, filing.city_id, nearest.code, district_id)


async def subject_index(session: AsyncSession, city_id: UUID) -> SubjectIndex:
    parent = aliased(Subject)
    chosen = (
        select(Subject.code, Subject.name, parent.name, Subject.examples)
        .join(parent, (parent.city_id == Subject.city_id) & (parent.code == Subject.parent_code))
        .where(Subject.city_id == city_id, Subject.level == 3)
        .order_by(Subject.position)
    )
    rows = await session.execute(chosen)
    return _index_of(
        tuple(
            SubjectPhrases(code, name, above, tuple(map(str, examples)))
            for code, name, above, examples in rows
        )
    )


# The key is the whole taxonomy, so an import is seen at once.
@lru_cache(maxsize=8)
def _index_of(subjects: tuple[SubjectPhrases, ...]) -> SubjectIndex:
    return SubjectIndex(subjects)


def _is_complained_of(unit: Organization, kind: TicketKind, text: str) -> bool:
    return kind in (TicketKind.COMPLAINT, TicketKind.REPORT) and names_organization(text, unit)
