"""A tier's own limits and office hours: what they change, what is refused, what is kept."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.errors import InvalidInput, NotFound
from hotline.settings import Settings
from hotline.tickets import tier_terms
from hotline.tickets.limits import DEFAULTS, faults, names_of, read_limits
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import Limit, LimitUnit
from tests.tickets.city import City, build_city
from tests.tickets.conftest import UNIT, OpenTicket
from tests.tickets.serving import Served

DISTRICT = "海勃湾区"


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


async def setting(session: AsyncSession, city: City, key: str = "city", **given: Any) -> None:
    leader = await city.person(session, "city_supervisor")
    whole = {"limits": {}, "office": []} | given
    await tier_terms.set_terms(session, leader, city.ids[key], **whole)


async def test_a_tiers_limits_hold_for_clocks_that_start_afterwards(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    before = await opened(subject_code=None)
    hours = [["09:00", "12:00"], ["13:00", "17:00"]]
    await setting(session, city, limits={"reply_kind": {"help": "1wd"}}, office=hours)
    after = await opened(subject_code=None)
    assert local(before.due_at) == "2026-11-26 18:00"
    assert local(after.due_at) == "2026-11-24 17:00"


async def test_a_district_sees_its_own_beside_what_the_city_has_set(
    session: AsyncSession, city: City
) -> None:
    await setting(session, city, limits={"sign": {"normal": "1wd"}}, office=[["09:00", "17:00"]])
    await setting(session, city, DISTRICT, limits={"sign": {"normal": "2wh"}})
    leader = await city.person(session, "district_supervisor", DISTRICT)
    standing = await tier_terms.standing_terms(session, leader, city.ids[DISTRICT])
    assert standing.own is not None
    assert standing.own.limits == {"sign": {"normal": "2wh"}}
    assert standing.above.limits["sign"] == {**DEFAULTS["sign"], "normal": "1wd"}
    assert standing.above.limits["return"] == DEFAULTS["return"]
    assert standing.above.office.end.hour == 17
    other = await city.person(session, "district_supervisor", "乌达区")
    with pytest.raises(NotFound):
        await tier_terms.standing_terms(session, other, city.ids[DISTRICT])


async def test_a_unit_has_no_terms(session: AsyncSession, city: City) -> None:
    with pytest.raises(InvalidInput):
        await setting(session, city, UNIT[1])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limits": {"nap": {"normal": "1wd"}}}, "limits.nap"),
        ({"limits": {"sign": {"first": "1wd"}}}, "limits.sign.first"),
        ({"limits": {"reply_urgency": {"normal": "1wd"}}}, "limits.reply_urgency.normal"),
        ({"limits": {"reply_kind": {"help": "soon"}}}, "limits.reply_kind.help"),
        ({"limits": {"reply_kind": {"help": "0wd"}}}, "limits.reply_kind.help"),
        ({"limits": {"reply_kind": {"help": "1.5wd"}}}, "limits.reply_kind.help"),
        ({"limits": {"reply_kind": {"help": "251wd"}}}, "limits.reply_kind.help"),
        ({"limits": {"extension": {"most": "24h"}}}, "limits.extension.most"),
        ({"office": [["18:00", "08:00"]]}, "office"),
        ({"office": [["08:00", "12:00"], ["11:00", "18:00"]]}, "office"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_place(
    session: AsyncSession, city: City, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await setting(session, city, **given)
    assert [one["field"] for one in refused.value.params["errors"]] == [field]


def test_the_shipped_limits_are_without_fault() -> None:
    assert faults(DEFAULTS) == []


def test_a_return_may_have_a_limit_for_each_kind_and_other_steps_may_not() -> None:
    """A limit that no clock asks for would be taken in and never count."""
    limits = read_limits({"return": dict.fromkeys(TicketKind, "2wd")})
    for kind in TicketKind:
        found = limits.step("return", urgency=Urgency.NORMAL, kind=kind)
        assert found == Limit(2, LimitUnit.WORKING_DAYS)
    assert faults({"return": {"help": "2wd"}}) == []
    assert names_of("sign") == {"normal", "urgent", "emergency"}


async def test_the_console_reads_sets_and_follows_them(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as session:
        city = await build_city(session)
    served = Served(database, city, Settings(data_dir=tmp_path))
    browser = await served.client("city_supervisor")
    way = f"/api/v1/organizations/{city.id}/terms"
    fresh = (await browser.get(way)).json()
    assert (fresh["own"], fresh["office"]) == (None, [["08:30", "12:00"], ["14:30", "18:00"]])
    for hours in ("3wh", "2wh"):
        body = {"limits": {"sign": {"normal": hours}}, "office": []}
        assert (await browser.put(way, json=body)).status_code == 200
    assert (await browser.get(way)).json()["own"]["limits"] == {"sign": {"normal": "2wh"}}
    kept = (await browser.get(f"{way}/history")).json()["items"]
    assert [one["limits"]["sign"]["normal"] for one in kept] == ["2wh", "3wh"]
    assert all(one["set_by_name"] for one in kept)
    wrong = await browser.put(way, json={"limits": {"sign": {"normal": "x"}}, "office": []})
    assert wrong.status_code == 422
    clerk = await served.client("unit_handler", UNIT[1])
    assert (await clerk.get(way)).status_code == 403
