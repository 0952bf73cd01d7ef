"""查重: what is found while the agent types, and what becomes of a repeat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Place
from hotline.errors import InvalidInput
from hotline.tickets.duplicates import Advice, Candidate, Written, duplicates
from hotline.tickets.resemble import Likeness
from tests.tickets.city import City
from tests.tickets.conftest import MONDAY, Go, OpenTicket


@pytest.fixture(autouse=True)
async def places(session: AsyncSession, city: City) -> None:
    for position, (name, lat) in enumerate([("阳光小区", 39.6700), ("月亮小区", 39.6715)]):
        session.add(
            Place(
                city_id=city.id, position=position, name=name, aliases=[], kind="estate",
                district="海勃湾区", parent="", lat=lat, lon=106.8,
            )
        )  # fmt: skip
    await session.flush()


async def found(
    session: AsyncSession, city: City, role: str = "agent", key: str = "city", **given: Any
) -> list[Candidate]:
    written = {
        "text": "阳光小区暖气不热，屋里很冷",
        "district": "海勃湾区",
        "subject_code": "A01-01-01",
        "caller_number": "13900001111",
    }
    return await duplicates(
        session, await city.person(session, role, key), Written(**written | given)
    )


SUNNY = {"title": "暖气不热", "description": "阳光小区暖气不热，家里很冷", "address": None}


async def test_another_caller_s_open_ticket_is_to_be_merged(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(**SUNNY)
    (only,) = await found(session, city)
    assert (only.ticket.id, only.advice) == (ticket.id, Advice.MERGE)
    assert Likeness.SAME_PLACE in only.resemblance.reasons


async def test_a_place_next_door_is_near(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    await opened(**SUNNY | {"description": "月亮小区暖气不热，屋里很冷"})
    (only,) = await found(session, city)
    assert Likeness.NEAR_PLACE in only.resemblance.reasons


async def test_the_caller_s_own_comes_first_and_is_urged_or_refused(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    stranger = await opened(**SUNNY)
    own = await opened(**SUNNY | {"caller_number": "+86 139 0000 1111"})
    assert [(c.ticket.id, c.advice) for c in await found(session, city)] == [
        (own.id, Advice.URGE),
        (stranger.id, Advice.MERGE),
    ]
    await go(own, "answer", "agent", note="已答复")
    await go(own, "close", "agent")
    assert (await found(session, city))[0].advice is Advice.REFUSE


async def test_without_a_subject_the_words_find_it(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(**SUNNY)
    given = {"subject_code": None, "text": "阳光小区室内温度不达标，暖气不热"}
    assert [one.ticket.id for one in await found(session, city, **given)] == [ticket.id]


@pytest.mark.parametrize(
    "given",
    [
        {"is_confidential": True},
        {"is_confidential": True, "caller_number": "13900001111"},
        {"description": "供热公司多收了我的钱", "title": "收费"},
    ],
)
async def test_what_is_confidential_or_another_matter_is_not_found(
    session: AsyncSession, city: City, opened: OpenTicket, given: dict[str, Any]
) -> None:
    await opened(**SUNNY | given)
    assert await found(session, city) == []


async def test_old_finished_and_foreign_tickets_of_others_are_not_found(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    with clock.stopped(MONDAY - timedelta(days=31)):
        await opened(**SUNNY)
    finished = await opened(**SUNNY)
    await go(finished, "invalidate", "agent", note="骚扰")
    await opened(**SUNNY)
    assert len(await found(session, city)) == 1
    assert await found(session, city, "district_supervisor", "乌达区") == []


async def test_the_ticket_itself_is_left_out(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(**SUNNY)
    assert await found(session, city, ticket_id=ticket.id) == []


async def test_a_repeat_is_refused_with_the_ticket_that_settled_it(
    session: AsyncSession, opened: OpenTicket, go: Go
) -> None:
    earlier, again = await opened(), await opened()
    refusal = {"reason_code": "repeat", "note": "没有新情况", "parent_id": str(earlier.id)}
    with pytest.raises(InvalidInput):
        await go(again, "refuse", "agent", **refusal)
    with pytest.raises(InvalidInput):
        await go(again, "refuse", "agent", reason_code="repeat", note="没有新情况")
    await go(earlier, "answer", "agent", note="已答复")
    await go(earlier, "close", "agent")
    await go(again, "refuse", "agent", **refusal)
    assert (again.status, again.repeat_of_id) == ("not_accepted", earlier.id)
