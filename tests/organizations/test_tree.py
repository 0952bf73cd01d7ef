"""The tree: everything hangs under the city or a district, and nothing sees sideways."""

from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import uuid7
from hotline.organizations import queries, service
from hotline.organizations.drafts import (
    Bounds,
    CityDraft,
    NodeDraft,
    NumberDraft,
    OrganizationDraft,
)
from hotline.organizations.models import Organization
from hotline.organizations.place import in_cycles
from hotline.organizations.service import NumberTaken
from hotline.principal import Principal

BOX = Bounds(39.0, 40.0, 106.0, 107.0)


def node(key: str, name: str, *numbers: str) -> NodeDraft:
    return NodeDraft(
        key=key,
        name=name,
        short_name=name,
        hours="24/7",
        phone="114",
        address=None,
        lat=39.5,
        lon=106.5,
        bounds=BOX,
        numbers=[NumberDraft(number, "热线") for number in numbers],
    )


CITY = CityDraft(node("city", "某市", "+86114"), [node("north", "北区"), node("south", "南区")])


def unit(key: str, district: str | None = None, belongs_to: str | None = None) -> OrganizationDraft:
    return OrganizationDraft(
        key=key,
        name=key,
        short_name=key,
        aliases=[],
        kind="government",
        level="district" if district else "city",
        district=district,
        belongs_to=belongs_to,
        phone="114",
        hotline=None,
        address="某路",
        lat=39.5,
        lon=106.5,
        hours="24/7",
        duties="",
    )


async def plant(session: AsyncSession, *units: OrganizationDraft) -> dict[str, Organization]:
    city_id, _ = await service.save_city(session, CITY)
    await service.save_organizations(session, city_id, units)
    return {row.key: row for row in await queries.organizations_of(session, city_id)}


async def test_an_organization_without_a_parent_hangs_by_its_district(
    session: AsyncSession,
) -> None:
    rows = await plant(session, unit("office"), unit("heat-north", "北区"))
    assert rows["office"].parent_id == rows["city"].id
    assert rows["heat-north"].parent_id == rows["north"].id
    assert {row.city_id for row in rows.values()} == {rows["city"].id}


async def test_a_unit_of_a_district_hangs_below_it_whoever_commands_it(
    session: AsyncSession,
) -> None:
    rows = await plant(
        session,
        unit("police"),
        unit("police-north", "北区", "police"),
        unit("post", "北区", "police-north"),
    )
    assert rows["police-north"].parent_id == rows["north"].id
    assert rows["police-north"].belongs_to_id == rows["police"].id
    assert rows["post"].parent_id == rows["police-north"].id


async def test_a_subtree_holds_what_lies_below_and_nothing_beside(session: AsyncSession) -> None:
    rows = await plant(
        session, unit("office"), unit("heat-north", "北区"), unit("heat-south", "南区")
    )
    north = await queries.subtree_ids(session, rows["north"].id)
    assert north == {rows["north"].id, rows["heat-north"].id}
    assert await queries.subtree_ids(session, rows["city"].id) == {row.id for row in rows.values()}


async def test_a_parent_may_come_after_its_child(session: AsyncSession) -> None:
    rows = await plant(session, unit("below", None, "above"), unit("above"))
    assert rows["below"].parent_id == rows["above"].id


async def test_moving_an_organization_moves_what_hangs_below_it(session: AsyncSession) -> None:
    await plant(session, unit("a", "北区"), unit("b", "北区", "a"))
    rows = await plant(session, unit("a", "南区"))
    assert rows["a"].parent_id == rows["south"].id
    assert rows["b"].parent_id == rows["north"].id


async def test_saving_again_changes_nothing(session: AsyncSession) -> None:
    rows = await plant(session, unit("office"), unit("desk", None, "office"))
    city_id, nodes = await service.save_city(session, CITY)
    changes = await service.save_organizations(
        session, city_id, [unit("office"), unit("desk", None, "office")]
    )
    assert (nodes.changed, changes.changed) == ([], [])
    assert changes.unchanged == ["office", "desk"]
    assert city_id == rows["city"].id


async def test_a_new_line_of_command_alone_is_an_update(session: AsyncSession) -> None:
    rows = await plant(session, unit("office"), unit("desk"))
    changes = await service.save_organizations(
        session, rows["city"].id, [unit("office"), unit("desk", None, "office")]
    )
    assert changes.updated == ["desk"]


async def test_the_path_leads_up_to_the_city(session: AsyncSession) -> None:
    rows = await plant(session, unit("heat-north", "北区"))
    path = await queries.path_ids(session, rows["heat-north"].id)
    assert path == [rows["heat-north"].id, rows["north"].id, rows["city"].id]


async def test_a_number_leads_to_its_organization_alone(session: AsyncSession) -> None:
    rows = await plant(session)
    found = await queries.organization_by_number(session, "+86114")
    assert found is rows["city"]
    assert await queries.organization_by_number(session, "114") is None


async def test_a_number_of_another_city_is_refused(session: AsyncSession) -> None:
    await plant(session)
    with pytest.raises(NumberTaken):
        await service.save_city(session, CityDraft(node("other", "别市", "+86114"), []))


async def test_the_database_refuses_a_second_root_inside_a_city(session: AsyncSession) -> None:
    rows = await plant(session, unit("office"))
    rows["office"].parent_id = None
    with pytest.raises(IntegrityError):
        await session.flush()


def test_a_line_of_command_that_comes_back_is_a_cycle() -> None:
    assert in_cycles({"a": "b", "b": "c", "c": "a", "d": "a", "e": None}) == {"a", "b", "c"}


async def say(
    session: AsyncSession, editor: Principal, organization_id: UUID, key: str, text: str
) -> None:
    await service.set_wording(
        session, editor, organization_id, key=key, text=text, scope="wording:write"
    )


async def test_wording_is_the_nearest_one_and_its_history_is_kept(session: AsyncSession) -> None:
    rows = await plant(session)
    editor = Principal(uuid7(), "编辑", frozenset(), rows["city"].id, frozenset())
    city, north = rows["city"].id, rows["north"].id
    await say(session, editor, city, "greeting", "您好")
    await say(session, editor, city, "closing", "再见")
    await say(session, editor, north, "greeting", "北区您好")
    await say(session, editor, city, "greeting", "您好，某市热线")
    assert await queries.wording(session, north) == {"greeting": "北区您好", "closing": "再见"}
    assert (await queries.wording(session, rows["south"].id))["greeting"] == "您好，某市热线"
    history = await queries.wording_history(session, city, "greeting")
    assert [(row.version, row.text) for row in history] == [(2, "您好，某市热线"), (1, "您好")]
