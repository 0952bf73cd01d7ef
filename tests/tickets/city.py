"""A small city for ticket tests: three districts with units, a unit of the city, subjects."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.models import Account, RoleBinding
from hotline.accounts.roles import DUTIES, Role, scopes_of
from hotline.db import uuid7
from hotline.directory.models import Subject
from hotline.organizations.models import Organization
from hotline.organizations.queries import subtree_ids
from hotline.principal import Principal

DISTRICTS = ("海勃湾区", "乌达区", "海南区")


@dataclass
class City:
    """Ids of the tree by key, and principals made on demand."""

    id: UUID
    ids: dict[str, UUID]
    people: dict[tuple[str, str], Principal] = field(default_factory=dict)

    async def person(self, session: AsyncSession, role: str, key: str = "city") -> Principal:
        """Somebody with a role for an organization; the same one each time."""
        if (role, key) not in self.people:
            self.people[role, key] = await _sign_up(session, role, self.ids[key], key)
        return self.people[role, key]

    async def hotline(self, session: AsyncSession) -> Principal:
        """The hotline itself, as webhooks and jobs act."""
        return Principal(
            account_id=None,
            name="智能应答",
            scopes=frozenset({"tickets:read", "tickets:write"}),
            organization_id=self.id,
            subtree=await subtree_ids(session, self.id),
        )


async def build_city(session: AsyncSession) -> City:
    root = uuid7()
    session.add(_node(root, root, "city", "乌海市", tier="city", parent=None, district=None))
    await session.flush()
    ids = {"city": root}
    for district in DISTRICTS:
        ids[district] = uuid7()
        session.add(
            _node(ids[district], root, district, district, tier="district", district=district)
        )
    await session.flush()
    units = [(f"unit-{district}", ids[district], district) for district in DISTRICTS]
    units += [("other-海勃湾区", ids["海勃湾区"], "海勃湾区"), ("city-unit", root, None)]
    for key, parent, district in units:
        ids[key] = uuid7()
        name = f"{district or '乌海市'}供热管理中心" if "unit" in key else f"{district}城市管理局"
        session.add(_node(ids[key], root, key, name, tier="unit", parent=parent, district=district))
    await session.flush()
    session.add_all(_subjects(root, ids["city-unit"]))
    await session.flush()
    return City(root, ids)


def _node(
    own: UUID,
    city: UUID,
    key: str,
    name: str,
    *,
    tier: str,
    parent: UUID | None = None,
    district: str | None = None,
) -> Organization:
    is_city = tier == "city"
    return Organization(
        id=own,
        key=f"{key}-{own.hex[-6:]}",
        name=name,
        short_name=name.removeprefix(district or "乌海市") or name,
        tier=tier,
        level="city" if district is None else "district",
        district=district,
        parent_id=None if is_city else parent or city,
        city_id=city,
        kind="government",
        hours="Mo-Fr 08:30-12:00,14:30-18:00",
        duties="",
        aliases=[],
        position=0,
    )


def _subjects(city: UUID, unit: UUID) -> Iterable[Subject]:
    for position, (code, name, days) in enumerate(
        [("A01", "公用事业", 7), ("A01-01", "供热", 3), ("A01-01-01", "室内温度不达标", 2),
         ("A11-01-01", "安全隐患", 1)]
    ):  # fmt: skip
        yield Subject(
            city_id=city,
            code=code,
            position=position,
            level=code.count("-") + 1,
            parent_code=code.rpartition("-")[0] or None,
            name=name,
            examples=[],
            default_organization_id=unit,
            sla_working_days=days,
        )


async def _sign_up(session: AsyncSession, role: str, home: UUID, key: str) -> Principal:
    account = Account(
        id=uuid7(),
        username=f"{role}-{uuid7().hex[-12:]}",
        display_name=f"{role} {key}",
        password_hash="-",
        organization_id=home,
        duty=DUTIES[Role(role)].value,
    )
    session.add(account)
    await session.flush()
    session.add(RoleBinding(account_id=account.id, role=role, organization_id=home))
    await session.flush()
    return Principal(
        account_id=account.id,
        name=account.display_name,
        scopes=scopes_of([role]),
        organization_id=home,
        subtree=await subtree_ids(session, home),
        roles=frozenset({role}),
    )
