"""Every change to the tree."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.db import uuid7
from hotline.errors import Conflict
from hotline.events import service as events
from hotline.organizations import queries
from hotline.organizations.drafts import (
    Changes,
    CityDraft,
    NodeDraft,
    NumberDraft,
    OrganizationDraft,
)
from hotline.organizations.models import (
    HotlineNumber,
    Level,
    Organization,
    OrganizationKind,
    Tier,
    Wording,
)
from hotline.organizations.place import Listed, parent_key
from hotline.organizations.schemas import WordingChanged
from hotline.principal import Principal


class NumberTaken(Conflict):
    code, detail = "number_taken", "该热线号码已属于其他机构。"


async def save_city(session: AsyncSession, draft: CityDraft) -> tuple[UUID, Changes]:
    """Make the city and its districts, or bring them to what the draft says."""
    changes = Changes()
    city = await _save_node(session, draft.city, None, changes)
    for node in draft.districts:
        await _save_node(session, node, city, changes)
    return city.id, changes


async def save_organizations(
    session: AsyncSession, city_id: UUID, drafts: Sequence[OrganizationDraft]
) -> Changes:
    """Make or update organizations, then hang every unit of the city where it belongs.

    The drafts are valid: keys are unique, every `belongs_to` is here or in the city, no cycles.
    """
    rows = {row.key: row for row in await session.scalars(_all_of(city_id).with_for_update())}
    changes = Changes()
    position = max((row.position for row in rows.values()), default=0)
    for draft in drafts:
        if draft.key in rows:
            _write(rows[draft.key], draft)
        else:
            position += 1
            rows[draft.key] = _new_unit(draft, city_id, position)
            session.add(rows[draft.key])
            changes.created.append(draft.key)
    written = _modified(session, rows)
    await session.flush()
    _command(rows, drafts)
    _hang(rows)
    written |= _modified(session, rows)
    await session.flush()
    _note(changes, drafts, written)
    return changes


async def set_wording(
    session: AsyncSession, principal: Principal, organization_id: UUID, *, key: str, text: str,
    scope: str,
) -> Wording:  # fmt: skip
    """Say a text in the organization's own words from now on; older versions are kept.

    Told to whoever reads such texts with `scope`, here and below: there it is what they inherit.
    """
    await session.execute(
        select(Organization.id).where(Organization.id == organization_id).with_for_update()
    )
    newest = await session.scalar(
        select(func.max(Wording.version)).where(
            Wording.organization_id == organization_id, Wording.key == key
        )
    )
    wording = Wording(
        organization_id=organization_id,
        key=key,
        text=text,
        version=(newest or 0) + 1,
        created_by=principal.account_id,
    )
    session.add(wording)
    await events.record(
        session,
        "wording.changed",
        subject_id=organization_id,
        payload=WordingChanged(organization_id=organization_id, key=key),
        audience=await queries.subtree_ids(session, organization_id),
        scope=scope,
    )
    await audit.record(
        session, principal, "wording.changed", target=f"organization:{organization_id}", key=key
    )
    return wording


async def _save_node(
    session: AsyncSession, draft: NodeDraft, city: Organization | None, changes: Changes
) -> Organization:
    row = await queries.organization_by_key(session, draft.key)
    if row is None:
        row = await _new_node(session, draft, city)
        changes.created.append(draft.key)
    else:
        _write_node(row, draft)
        kept = changes.updated if session.is_modified(row) else changes.unchanged
        kept.append(draft.key)
        await session.flush()
    await _save_numbers(session, row, draft.numbers)
    return row


async def _new_node(
    session: AsyncSession, draft: NodeDraft, city: Organization | None
) -> Organization:
    key = uuid7()
    last = select(func.max(Organization.position))
    if city is not None:
        last = last.where(Organization.city_id == city.id)
    row = Organization(
        id=key,
        key=draft.key,
        tier=Tier.CITY if city is None else Tier.DISTRICT,
        level=Level.CITY if city is None else Level.DISTRICT,
        district=None if city is None else draft.name,
        parent_id=None if city is None else city.id,
        city_id=key if city is None else city.id,
        kind=OrganizationKind.GOVERNMENT,
        position=0 if city is None else ((await session.scalar(last)) or 0) + 1,
    )
    _write_node(row, draft)
    session.add(row)
    await session.flush()
    return row


def _write_node(row: Organization, draft: NodeDraft) -> None:
    for name in ("name", "short_name", "hours", "phone", "address", "lat", "lon", "duties"):
        setattr(row, name, getattr(draft, name))
    box = draft.bounds
    row.bounds = [box.south, box.north, box.west, box.east]
    row.entry_suffix = draft.entry_suffix


async def _save_numbers(
    session: AsyncSession, row: Organization, numbers: Iterable[NumberDraft]
) -> None:
    for draft in numbers:
        known = await session.get(HotlineNumber, draft.number)
        if known is None:
            session.add(
                HotlineNumber(number=draft.number, organization_id=row.id, label=draft.label)
            )
        elif known.organization_id != row.id:
            raise NumberTaken(number=draft.number)
        else:
            known.label = draft.label
    await session.flush()


def _new_unit(draft: OrganizationDraft, city_id: UUID, position: int) -> Organization:
    """Hangs under the city until all rows are there."""
    row = Organization(
        id=uuid7(), tier=Tier.UNIT, city_id=city_id, parent_id=city_id, position=position
    )
    _write(row, draft)
    return row


def _write(row: Organization, draft: OrganizationDraft) -> None:
    for name, value in asdict(draft).items():
        if name != "belongs_to":
            setattr(row, name, list(value) if name == "aliases" else value)


def _modified(session: AsyncSession, rows: dict[str, Organization]) -> set[str]:
    return {key for key, row in rows.items() if session.is_modified(row)}


def _note(changes: Changes, drafts: Iterable[OrganizationDraft], written: set[str]) -> None:
    made = set(changes.created)
    for key in [draft.key for draft in drafts if draft.key not in made]:
        (changes.updated if key in written else changes.unchanged).append(key)


def _command(rows: dict[str, Organization], drafts: Iterable[OrganizationDraft]) -> None:
    for draft in drafts:
        above = draft.belongs_to
        rows[draft.key].belongs_to_id = rows[above].id if above else None


def _hang(rows: dict[str, Organization]) -> None:
    keys = {row.id: key for key, row in rows.items()}
    nodes = {row.district: key for key, row in rows.items() if row.tier != Tier.UNIT}
    listed = {key: _listed(row, keys) for key, row in rows.items()}
    for key, row in rows.items():
        if row.tier == Tier.UNIT:
            row.parent_id = rows[parent_key(listed[key], listed, nodes)].id


def _listed(row: Organization, keys: dict[UUID, str]) -> Listed:
    return Listed(row.district, keys[row.belongs_to_id] if row.belongs_to_id else None)


def _all_of(city_id: UUID) -> Select[Organization]:
    return select(Organization).where(Organization.city_id == city_id).order_by(Organization.id)
