"""A complaint from the desk to the resident's yes, over National Day, and what each role sees.

The clock stands where the story is; the hotline's own acts are done as its jobs do them. The
months of the story have no partition of the event log, so the story is told in the months to
come: the holiday is imported as the city would import it, over a weekend of those months.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import Role, open_database
from hotline.messages.models import OutgoingMessage
from hotline.settings import Settings
from hotline.tickets.attending import look_after
from hotline.tickets.links import Purpose, make_link
from hotline.tickets.models import Ticket
from hotline.tickets.notices import subject_of
from hotline.tickets.service import Rating, rate_by_link
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import build_city
from tests.tickets.serving import Served

UNIT, DISTRICT, FOREIGN = "unit-海勃湾区", "海勃湾区", "乌达区"
HEATING = "海勃湾区供热管理中心"
PEOPLE = {
    "agent": ("agent", "city"),
    "visitor": ("agent", "city"),
    "dispatcher": ("dispatcher", "city"),
    "leader": ("city_supervisor", "city"),
    "district": ("district_supervisor", DISTRICT),
    "unit": ("unit_handler", UNIT),
    "neighbour": ("unit_handler", "other-海勃湾区"),
    "foreign": ("district_supervisor", FOREIGN),
}
WORDS = "阳光小区暖气不热，我叫张伟，电话13847312345"


def next_monday() -> date:
    today = clock.local(clock.now()).date()
    return today + timedelta(days=7 - today.weekday())


@dataclass
class Story:
    """One ticket, the people around it, and the hour of the day."""

    served: Served
    monday: date = field(default_factory=next_monday)
    now: datetime = field(init=False)
    ticket: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at(0, 9)

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """The clock stands there from now on: `day` counts from the first Monday."""
        self.now = self.moment(day, hour, minute)
        return self.now

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(
            self.monday + timedelta(days=day), time(hour, minute), tzinfo=clock.LOCAL
        )

    async def ask(self, who: str, method: str, path: str, **more: Any) -> httpx2.Response:
        """Somebody signs in and asks; idle sessions would have ended between the days."""
        with clock.stopped(self.now):
            client = await self.served.client(*PEOPLE[who])
            return await client.request(method, f"/api/v1/{path}", **more)

    async def sees(self, who: str) -> dict[str, Any] | None:
        """The ticket as somebody sees it, None where it does not exist for them."""
        answer = await self.ask(who, "GET", f"tickets/{self.ticket['id']}")
        if answer.status_code == 404:
            listed = await self.ask(who, "GET", "tickets", params={"q": "暖气不热"})
            assert listed.json()["items"] == []
            return None
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    async def who_sees(self) -> set[str]:
        return {who for who in PEOPLE if await self.sees(who) is not None}

    async def move(self, who: str, move: str, **given: Any) -> str:
        """The new status, or the code of the refusal."""
        current = await self.sees("leader")
        assert current is not None
        body = {"move": move, "version": current["version"], **given}
        path = f"tickets/{self.ticket['id']}/moves"
        answer = (await self.ask(who, "POST", path, json=body)).json()
        return str(answer.get("status") if "number" in answer else answer["code"])

    async def hotline_acts(self) -> int:
        with clock.stopped(self.now):
            async with self.served.database.transaction() as session:
                return await look_after(session, UUID(self.ticket["id"]))

    async def texts(self) -> list[str]:
        async with self.served.database.transaction() as session:
            chosen = select(OutgoingMessage.template).where(
                OutgoingMessage.subject == subject_of(UUID(self.ticket["id"]))
            )
            templates = await session.scalars(chosen.order_by(OutgoingMessage.id))
            return [template.removeprefix("sms_ticket_") for template in templates]


@pytest.fixture
async def story(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    served = Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("story")))
    yield Story(served)
    await database.close()


async def import_holiday(story: Story) -> None:
    """Wednesday to Friday of the first week are off; Saturday is worked for it."""
    days = [
        {"name": "庆典", "date": str(story.monday + timedelta(days=n)), "isOffDay": n != 5}
        for n in (2, 3, 4, 5)
    ]
    body = {"year": story.monday.year, "days": days}
    answer = await story.ask("leader", "POST", "calendars", json=body)
    assert answer.status_code == 201, answer.text


def due(ticket: dict[str, Any] | None) -> datetime:
    assert ticket is not None
    return datetime.fromisoformat(ticket["due_at"])


async def test_a_complaint_until_the_resident_says_that_it_is_done(story: Story) -> None:
    await import_holiday(story)
    await open_and_dispatch(story)
    await return_is_refused(story)
    await time_passes_until_the_yellow_card(story)
    await extension_is_granted(story)
    await reply_is_sent_back_and_accepted(story)
    await redo_after_a_bad_rating(story)
    await closed_by_the_resident_and_archived(story)


async def open_and_dispatch(story: Story) -> None:
    body = {
        "kind": "complaint", "title": "暖气不热", "description": WORDS, "district": DISTRICT,
        "subject_code": "A01-01-01", "caller_number": "13847312345",
        "address": "阳光小区3号楼2单元502室",
    }  # fmt: skip
    story.ticket = (await story.ask("agent", "POST", "tickets", json=body)).json()
    assert await story.who_sees() == {"agent", "visitor", "dispatcher", "leader", "district"}
    seen = await story.sees("district")
    assert seen is not None
    assert "13847312345" not in str(seen)
    assert "张伟" not in str(seen)
    assert await story.move("unit", "send") == "not_found"
    assert await story.move("agent", "send") == "to_dispatch"
    assert await story.move("agent", "dispatch") == "scope_missing"
    unit = str(story.served.city.ids[UNIT])
    assert await story.move("dispatcher", "dispatch", organization_id=unit) == "to_sign"
    assert "unit" in await story.who_sees()
    assert not {"neighbour", "foreign"} & await story.who_sees()
    # Two working days after Monday: Tuesday, then Saturday, which is worked for the holiday.
    assert due(await story.sees("unit")) == story.moment(5, 18)
    assert await story.texts() == ["received"]


async def return_is_refused(story: Story) -> None:
    story.at(0, 10)
    seen = await story.sees("unit")
    assert seen is not None
    assert set(seen["moves"]) == {"sign", "request_return"}
    words = {"note": "不归我们管", "statute": "三定方案第三条"}
    assert await story.move("unit", "request_return", **words) == "return_requested"
    ruling = await story.sees("leader")
    assert ruling is not None
    assert "refuse_return" in ruling["moves"]
    assert await story.move("district", "endorse_return") == "return_requested"
    assert await story.move("unit", "refuse_return", note="x") == "scope_missing"
    assert await story.move("leader", "refuse_return", note="职责清楚") == "in_progress"
    assert due(await story.sees("unit")) == story.moment(5, 18)


async def time_passes_until_the_yellow_card(story: Story) -> None:
    """Half of the office time is used on Tuesday; the holiday in between moves nothing."""
    story.at(1, 17)
    assert await story.hotline_acts() == 1
    story.at(3, 12)
    seen = await story.sees("unit")
    assert seen is not None
    acts = await story.hotline_acts()
    carded = await story.sees("unit")
    assert carded is not None
    assert (acts, carded["card"]) == (1, "yellow")
    assert await story.hotline_acts() == 0


async def extension_is_granted(story: Story) -> None:
    story.at(5, 9)
    wish = {"note": "等待配件", "working_days": 1}
    assert await story.move("unit", "request_extension", **wish) == "in_progress"
    assert await story.move("leader", "grant_extension") == "illegal_move"
    assert await story.move("district", "endorse_extension") == "in_progress"
    assert await story.move("leader", "grant_extension") == "in_progress"
    assert due(await story.sees("unit")) == story.moment(7, 18)
    assert await story.texts() == ["received", "extended"]
    story.at(5, 10)


async def reply_is_sent_back_and_accepted(story: Story) -> None:
    moment = story.at(7, 9)
    reply = {
        "answer": "已更换阀门，室温20度。", "resolved": True, "signed_off_by": "王主任",
        "contacted_at": (moment - timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    assert await story.move("unit", "reply", **reply | {"signed_off_by": None}) == "invalid_input"
    assert await story.move("unit", "reply", **reply) == "replied"
    assert await story.hotline_acts() == 0
    assert await story.move("unit", "accept_reply") == "scope_missing"
    assert await story.move("dispatcher", "reject_reply", note="没有室温记录") == "in_progress"
    assert await story.move("unit", "reply", **reply) == "replied"
    assert await story.move("dispatcher", "accept_reply") == "to_visit"
    outcomes = await story.ask("unit", "GET", f"tickets/{story.ticket['id']}/outcomes")
    assert [one["organization"] for one in outcomes.json()["replies"]] == [HEATING] * 2
    assert await story.texts() == ["received", "extended", "replied_rate"]


async def redo_after_a_bad_rating(story: Story) -> None:
    story.at(7, 15)
    assert await story.move("visitor", "record_attempt", note="无人接听") == "to_visit"
    assert await story.move("visitor", "close_unreached", note="无人接听") == "illegal_move"
    satisfied = {"level": 5, "resolved": True}
    assert await story.move("unit", "close_satisfied", **satisfied) == "scope_missing"
    await rate(story, Rating(level=1, is_resolved=False, words="还是不热"))
    seen = await story.sees("visitor")
    assert seen is not None
    assert seen["status"] == "to_visit"
    unhappy = {"level": 1, "resolved": False, "note": "诉求合理"}
    assert await story.move("visitor", "demand_redo", **unhappy) == "redo"
    assert await story.move("dispatcher", "restart", note="三日内重办") == "in_progress"
    redone = await story.sees("unit")
    assert redone is not None
    assert redone["card"] is None
    assert due(redone) == story.moment(10, 18)
    moment = story.at(9, 9)
    reply = {
        "answer": "已疏通管道，复测室温21度。", "resolved": True, "signed_off_by": "王主任",
        "contacted_at": moment.isoformat(),
    }  # fmt: skip
    assert await story.move("unit", "reply", **reply) == "replied"
    assert await story.move("dispatcher", "accept_reply") == "to_visit"


async def closed_by_the_resident_and_archived(story: Story) -> None:
    story.at(9, 12)
    await rate(story, Rating(level=5, is_resolved=True, unit_level=4, agent_level=5))
    closed = await story.sees("unit")
    assert closed is not None
    assert (closed["status"], closed["moves"]) == ("closed", [])
    outcomes = await story.ask("district", "GET", f"tickets/{story.ticket['id']}/outcomes")
    visits = [(v["channel"], v["reached"], v["level"]) for v in outcomes.json()["visits"]]
    assert visits == [
        ("person", False, None), ("link", True, 1), ("person", True, 1), ("link", True, 5)
    ]  # fmt: skip
    assert await story.texts() == [
        "received", "extended", "replied_rate", "redo", "replied_rate"
    ]  # fmt: skip
    story.at(9 + 31, 12)
    assert await story.hotline_acts() == 1
    archived = await story.sees("leader")
    assert archived is not None
    assert archived["status"] == "archived"
    assert await story.move("leader", "reopen", note="x") == "illegal_move"
    assert await story.who_sees() == {
        "agent", "visitor", "dispatcher", "leader", "district", "unit"
    }  # fmt: skip
    await history_is_whole(story)


async def history_is_whole(story: Story) -> None:
    timeline = await story.ask("unit", "GET", f"tickets/{story.ticket['id']}/timeline")
    moves = [item["move"] for item in timeline.json()["items"] if item["move"]]
    assert moves == [
        "send", "dispatch", "request_return", "endorse_return", "refuse_return",
        "request_extension", "endorse_extension", "grant_extension", "reply", "reject_reply",
        "reply", "accept_reply", "record_attempt", "rate_low", "demand_redo", "restart", "reply",
        "accept_reply", "rate", "archive",
    ]  # fmt: skip


async def rate(story: Story, rating: Rating) -> None:
    """By a link like the one in the message, of which only the hash is stored."""
    with clock.stopped(story.now):
        async with story.served.database.transaction() as session:
            ticket = await session.get_one(Ticket, UUID(story.ticket["id"]))
            token = await make_link(session, ticket, Purpose.RATING)
        async with story.served.database.transaction() as session:
            await rate_by_link(session, token, rating)
