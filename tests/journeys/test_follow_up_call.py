"""The robot calls after the work and asks what became of it: on the real carrier."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hotline import clock
from hotline.follow_up.jobs import sweep
from hotline.follow_up.service import plan_try
from hotline.messages.night import by_day
from tests.queueing.hall import Hall, Line, eventually

NUMBER = "+8613900005678"
_WAITS = """
UPDATE ticket SET status = 'to_visit', replied_at = now() - interval '1 day' WHERE id = :id
"""
_TOLD = """
INSERT INTO ticket_history (id, at, ticket_id, name, move, from_status, to_status, before, after)
VALUES (gen_random_uuid(), :at, :id, 'ticket.moved', 'accept_reply', 'replied', 'to_visit',
        '{}', '{}')
"""


async def finished_work(hall: Hall) -> str:
    """A ticket that was told by phone and waits for its follow-up since yesterday; its id."""
    line = await hall.dial(NUMBER)

    async def is_open() -> str | None:
        await line.say("乌达区路灯坏了")
        found = await hall.rows(
            "SELECT ticket.id FROM ticket JOIN call ON call.id = ticket.call_id"
            f" WHERE call.provider_sid = '{line.sid}'"
        )
        return str(found[0][0]) if found else None

    ticket_id: str = await eventually(is_open, "a ticket", every=0.1)
    await line.hang_up()
    async with hall.database.transaction() as session:
        yesterday = clock.now() - timedelta(days=1)
        await session.execute(text(_WAITS), {"id": ticket_id})
        await session.execute(text(_TOLD), {"id": ticket_id, "at": yesterday})
    return ticket_id


async def ring(hall: Hall, ticket_id: str, *, at: datetime | None = None) -> bool:
    """The hour has come, also when this runs at night; whether a call was planned."""
    with clock.stopped(at or by_day(clock.now())):
        async with hall.database.transaction() as session:
            planned = await plan_try(session, UUID(ticket_id))
    async with hall.database.transaction() as session:
        await session.execute(text("UPDATE job SET run_at = now() WHERE kind = 'follow_up.place'"))
    return planned is not None


async def called(hall: Hall, count: int = 1) -> Line:
    return await hall.line_at(NUMBER, count)


async def outcome(hall: Hall, ticket_id: str) -> str:
    async def ended() -> str | None:
        rows = await hall.rows(
            f"SELECT outcome FROM follow_up_call WHERE ticket_id = '{ticket_id}'"
            " ORDER BY created_at DESC"
        )
        return str(rows[0][0]) if rows and rows[0][0] else None

    found: str = await eventually(ended, "the end of the try")
    return found


async def ticket(hall: Hall, ticket_id: str) -> dict[str, Any]:
    client = await hall.city.signed_in("supervisor-city")
    found: dict[str, Any] = (await client.get(f"/api/v1/tickets/{ticket_id}")).json()
    return found


async def answer(line: Line, words: str, key: str) -> None:
    """Hears the question, then presses."""
    await line.until_heard(words)

    async def is_pressed() -> bool:
        return await line.press(key)

    await eventually(is_pressed, words, every=0.05)


async def test_a_satisfied_resident_closes_the_ticket(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    await hall.ring(NUMBER, "answer")
    assert await ring(hall, ticket_id)
    line = await called(hall)
    await answer(line, "解决了吗", "1")
    await answer(line, "对办理结果满意吗", "1")
    await answer(line, "对承办单位呢", "2")
    await answer(line, "对话务员呢", "1")
    await line.until("hangup")
    assert await outcome(hall, ticket_id) == "rated"
    assert (await ticket(hall, ticket_id))["status"] == "closed"
    rows = await hall.rows(
        "SELECT channel, reached, resolved, level, unit_level, agent_level FROM ticket_visit"
        f" WHERE ticket_id = '{ticket_id}'"
    )
    assert [tuple(row) for row in rows] == [("robot", True, True, 5, 4, 5)]
    assert not await ring(hall, ticket_id)


async def test_who_is_not_satisfied_tells_why_and_a_person_judges(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    await hall.ring(NUMBER, "answer")
    assert await ring(hall, ticket_id)
    line = await called(hall)
    await answer(line, "解决了吗", "2")
    await answer(line, "对办理结果满意吗", "4")
    await line.until_heard("请讲一下原因")

    async def is_heard() -> bool:
        return await line.say("来看了一眼就走了")

    await eventually(is_heard, "why", every=0.05)
    assert await outcome(hall, ticket_id) == "rated"
    assert (await ticket(hall, ticket_id))["status"] == "to_visit"
    rows = await hall.rows(f"SELECT level, note FROM ticket_visit WHERE ticket_id = '{ticket_id}'")
    assert [tuple(row) for row in rows] == [(2, "来看了一眼就走了")]
    assert not await ring(hall, ticket_id)


async def test_who_presses_0_talks_with_a_person(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        ticket_id = await finished_work(hall)
        await hall.ring(NUMBER, "answer")
        assert await ring(hall, ticket_id)
        line = await called(hall)
        await answer(line, "解决了吗", "0")
        offer = await agent.next_event("call.offered")
        assert offer["call"]["ticket_ids"] == [ticket_id]
        await line.until("join")
        await agent.until_call(offer["call"]["id"], status="talking")
        assert await outcome(hall, ticket_id) == "to_person"
        assert (await ticket(hall, ticket_id))["status"] == "to_visit"
        await line.hang_up()


async def test_who_does_not_answer_is_a_try_and_called_again_later(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    await hall.ring(NUMBER, "busy")
    assert await ring(hall, ticket_id)
    assert await outcome(hall, ticket_id) == "unreached"
    rows = await hall.rows(
        f"SELECT reached, note FROM ticket_visit WHERE ticket_id = '{ticket_id}'"
    )
    assert [tuple(row) for row in rows] == [(False, "自动回访第1次，未接通")]
    assert not await ring(hall, ticket_id, at=clock.now())
    later = "UPDATE ticket_visit SET created_at = created_at - interval '20 hours'"
    async with hall.database.transaction() as session:
        await session.execute(text(f"{later} WHERE ticket_id = '{ticket_id}'"))
    assert await ring(hall, ticket_id)


async def test_news_that_come_twice_count_once(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    await hall.ring(NUMBER, "busy")
    await hall.faults(duplicate_rate=1)
    assert await ring(hall, ticket_id)
    assert await outcome(hall, ticket_id) == "unreached"
    await asyncio.sleep(0.5)
    rows = await hall.rows(f"SELECT count(*) FROM ticket_visit WHERE ticket_id = '{ticket_id}'")
    assert rows[0][0] == 1


async def test_who_declines_robots_is_never_called_by_one(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    await hall.ring(NUMBER, "answer")
    assert await ring(hall, ticket_id)
    line = await called(hall)
    await line.until_heard("解决了吗")

    async def is_heard() -> bool:
        return await line.say("以后别再给我打了")

    await eventually(is_heard, "declined", every=0.05)
    assert await outcome(hall, ticket_id) == "declined"
    assert not await ring(hall, await finished_work(hall))
    async with hall.database.transaction() as session:
        await session.execute(text("DELETE FROM resident"))


async def test_the_sweep_calls_by_day_and_not_who_asked_for_secrecy(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    night = clock.local(clock.now()).replace(hour=23, minute=0)
    with clock.stopped(night):
        assert await sweep(hall.database) == 0
    async with hall.database.transaction() as session:
        hide = "UPDATE ticket SET confidential = true WHERE status = 'to_visit'"
        await session.execute(text(hide))
    noon = clock.local(clock.now()).replace(hour=12, minute=0)
    with clock.stopped(noon):
        assert await sweep(hall.database) == 0
    async with hall.database.transaction() as session:
        shown = f"UPDATE ticket SET confidential = false WHERE id = '{ticket_id}'"
        await session.execute(text(shown))
    await hall.ring(NUMBER, "busy")
    with clock.stopped(noon):
        assert await sweep(hall.database) == 1


async def test_a_city_may_send_no_robot(hall: Hall) -> None:
    ticket_id = await finished_work(hall)
    supervisor = await hall.city.signed_in("supervisor-city")
    terms = (await supervisor.get("/api/v1/follow-up-rules")).json()
    me = (await supervisor.get("/api/v1/me")).json()
    url = f"/api/v1/organizations/{me['organization']['id']}/follow-up-rules"
    assert (await supervisor.put(url, json={**terms, "is_on": False})).json()["is_on"] is False
    assert not await ring(hall, ticket_id)
    assert (await supervisor.put(url, json=terms)).status_code == 200
    agent = await hall.city.signed_in("agent-1")
    assert (await agent.put(url, json=terms)).json()["code"] == "scope_missing"
    foreign = await hall.city.signed_in("supervisor-wuda")
    assert (await foreign.put(url, json=terms)).status_code == 404
