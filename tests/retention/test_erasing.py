"""What is over is erased once a day; what is held or still open stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from hotline import clock
from hotline.accounts.roles import SCOPES
from hotline.accounts.roles import Role as Duty
from hotline.db import Database, Role, open_database
from hotline.errors import NotFound
from hotline.incidents.models import Incident, IncidentFollower
from hotline.principal import Principal
from hotline.queueing.models import Rating
from hotline.retention import service
from hotline.retention.erasing import Hands, erase_overdue, overdue
from hotline.retention.kinds import RULES, Kind
from hotline.retention.queries import is_held
from hotline.subject_access import erase, held_about
from hotline.tickets.attending import erase_ticket
from hotline.tickets.models import Ticket
from tests.promises.conftest import Whole
from tests.promises.own_city import whole

__all__ = ["whole"]

LONG_AFTER = datetime.now(UTC) + timedelta(days=4_000)
REASON = "法院调取证据的公函"


@dataclass
class Talk:
    """A call that opened a ticket which has been closed."""

    number: str
    ticket: str
    ticket_id: UUID


async def _talked(whole: Whole, number: str, *, closes: bool = True) -> Talk:
    phone = await whole.city.phone(caller=number).dial()
    await phone.say("我家暖气不热，我在滨河街道")
    assert "已经登记" in phone.now_hears
    await phone.hang_up()
    async with whole.database.transaction() as session:
        blind = session.info["vault"].blind(number, purpose="phone")
        found = await session.execute(
            text("SELECT id, number FROM ticket WHERE caller_blind = :blind"), {"blind": blind}
        )
        ticket_id, name = found.one()
        if closes:
            await session.execute(
                text("UPDATE ticket SET status = 'closed', closed_at = now() WHERE id = :id"),
                {"id": ticket_id},
            )
    return Talk(number, name, ticket_id)


async def _left(database: Database, talk: Talk) -> Mapping[str, bool]:
    """What of the call and the ticket still says whose it is."""
    async with database.transaction() as session:
        row = await session.execute(text(
            "SELECT c.from_blind IS NOT NULL AS call, t.caller_sealed IS NOT NULL AS ticket,"
            " EXISTS (SELECT 1 FROM turn u WHERE u.call_id = c.id AND u.heard_sealed IS NOT NULL)"
            " AS words FROM ticket t JOIN call c ON c.id = t.call_id WHERE t.id = :id"
        ), {"id": talk.ticket_id})  # fmt: skip
        return dict(row.mappings().one())


async def _make_room(whole: Whole) -> None:
    """Events of that far day need their partition, and nothing is sent on it."""
    first = f"{LONG_AFTER.year}-01-01"
    owner = await open_database(whole.city.database_url, Role.MIGRATE, pool_size=1, raw_size=1)
    async with owner.transaction() as session:
        await session.execute(text(
            f"CREATE TABLE event_far PARTITION OF event FOR VALUES FROM ('{first}')"
            f" TO ('{LONG_AFTER.year + 1}-01-01')"
        ))  # fmt: skip
        # What waits for the morning would be sent on that far day, beside the erasing.
        await session.execute(text("DELETE FROM job WHERE kind = 'messages.send'"))
        await session.execute(text(
            "UPDATE outgoing_message SET state = 'dropped', ended_at = now() WHERE ended_at IS NULL"
        ))  # fmt: skip
    await owner.close()


async def keep_file(_file_id: UUID) -> None:
    """These tests have no files."""


async def _holder(whole: Whole) -> httpx2.AsyncClient:
    return await whole.of("admin-security")


async def test_what_is_over_goes_and_what_is_held_or_open_stays(whole: Whole) -> None:
    gone = await _talked(whole, "+8613947300801")
    by_ticket = await _talked(whole, "+8613947300802")
    by_number = await _talked(whole, "+8613947300803")
    still_open = await _talked(whole, "+8613947300804", closes=False)
    admin = await _holder(whole)
    held = [
        await admin.post("/api/v1/legal-holds", json=wanted | {"reason": REASON})
        for wanted in ({"ticket_number": by_ticket.ticket}, {"phone": by_number.number})
    ]
    assert [one.status_code for one in held] == [201, 201]
    assert held[1].json()["label"] == "139****0803"
    await _make_room(whole)
    erased: list[UUID] = []

    async def erase_file(file_id: UUID) -> None:
        erased.append(file_id)

    with clock.stopped(LONG_AFTER):
        told = {one.kind: one.count for one in await overdue(whole.database)}
        done = await erase_overdue(whole.database, Hands(erase_file, erase_ticket))
        again = await erase_overdue(whole.database, Hands(erase_file, erase_ticket))
    assert told[Kind.TICKETS] == done[Kind.TICKETS] >= 1
    assert again == {}
    whole_again = {"call": True, "ticket": True, "words": True}
    assert await _left(whole.database, gone) == dict.fromkeys(whole_again, False)
    for kept in (by_ticket, by_number, still_open):
        assert await _left(whole.database, kept) == whole_again
    mine = await held_about(whole.database, gone.number, reason="本人持身份证到场申请")
    assert (mine["tickets"], mine["calls"], mine["sent"]) == ([], [], [])
    await _lift_and_erase(whole, held[0].json()["id"], by_ticket)


async def _lift_and_erase(whole: Whole, hold_id: str, talk: Talk) -> None:
    admin = await _holder(whole)
    path = f"/api/v1/legal-holds/{hold_id}/lift"
    assert (await admin.post(path, json={})).status_code == 422
    assert (await admin.post(path, json={"reason": "案件已经办结"})).status_code == 200
    assert (await admin.post(path, json={"reason": "案件已经办结"})).status_code == 409
    with clock.stopped(LONG_AFTER):
        await erase_overdue(whole.database, Hands(keep_file, erase_ticket))
    assert not any((await _left(whole.database, talk)).values())
    async with whole.database.transaction() as session:
        actions = set(await session.scalars(text("SELECT action FROM audit_entry")))
    assert {"legal_hold.placed", "legal_hold.lifted", "retention.erased"} <= actions


async def test_whoever_asks_is_erased_at_once_but_for_what_is_held_or_open(whole: Whole) -> None:
    mine = await _talked(whole, "+8613947300806")
    held = await _talked(whole, "+8613947300807")
    still_open = await _talked(whole, "+8613947300808", closes=False)
    other = await _talked(whole, "+8613947300809")
    admin = await _holder(whole)
    await admin.post("/api/v1/legal-holds", json={"phone": held.number, "reason": REASON})
    hands = Hands(keep_file, erase_ticket)
    for one in (mine, held, still_open):
        await erase(whole.database, one.number, reason="本人持身份证到场申请", hands=hands)
    assert not any((await _left(whole.database, mine)).values())
    for kept in (held, still_open, other):
        assert all((await _left(whole.database, kept)).values())
    left = await held_about(whole.database, mine.number, reason="核对")
    assert (left["tickets"], left["calls"], left["wishes"]) == ([], [], [])


async def test_what_lies_beside_the_call_goes_with_the_number(whole: Whole) -> None:
    mine = await _talked(whole, "+8613947300811")
    await _rate_and_follow(whole, mine)
    receipts, *others = await _beside(whole, mine)
    assert receipts > 0
    assert others == [1, 1]
    hands = Hands(keep_file, erase_ticket)
    await erase(whole.database, mine.number, reason="本人持身份证到场申请", hands=hands)
    assert await _beside(whole, mine) == [0, 0, 0]


async def _rate_and_follow(whole: Whole, talk: Talk) -> None:
    """Why the talk was bad, in the caller's words, and the wish to be told how an incident ends."""
    async with whole.database.transaction() as session:
        ticket = await session.get_one(Ticket, talk.ticket_id)
        incident = Incident(city_id=ticket.city_id, kind="outage", title="停热", area="滨河街道",
                            began_at=clock.now())  # fmt: skip
        session.add(incident)
        await session.flush()
        session.add(IncidentFollower(
            incident_id=incident.id, number_sealed=b"sealed", number_blind=ticket.caller_blind,
            ticket_id=ticket.id,
        ))  # fmt: skip
        session.add(Rating(
            call_id=ticket.call_id, city_id=ticket.city_id, level=1, means="key", reason="太慢",
            reason_sealed=b"sealed",
        ))  # fmt: skip


async def _beside(whole: Whole, talk: Talk) -> list[int]:
    async with whole.database.transaction() as session:
        row = await session.execute(text(
            "SELECT (SELECT count(*) FROM webhook_receipt w WHERE w.call_id = t.call_id),"
            " (SELECT count(*) FROM incident_follower f WHERE f.ticket_id = t.id),"
            " (SELECT count(reason_sealed) FROM rating r WHERE r.call_id = t.call_id)"
            " FROM ticket t WHERE t.id = :id"
        ), {"id": talk.ticket_id})  # fmt: skip
        return list(row.one())


async def test_a_hold_on_a_ticket_holds_no_talk_of_an_unknown_number(whole: Whole) -> None:
    held = await _talked(whole, "+8613947300812")
    admin = await _holder(whole)
    wanted = {"ticket_number": held.ticket, "reason": REASON}
    assert (await admin.post("/api/v1/legal-holds", json=wanted)).status_code == 201
    async with whole.database.transaction() as session:
        assert await is_held(session, [held.ticket_id], None)
        assert not await is_held(session, [], None)


async def test_who_looks_after_a_part_changes_nothing_for_the_city(whole: Whole) -> None:
    async with whole.database.transaction() as session:
        city_id = await session.scalar(text("SELECT city_id FROM organization LIMIT 1"))
        of_a_part = Principal(None, "", frozenset(), city_id, frozenset({uuid4()}))
        with pytest.raises(NotFound):
            await service.set_days(session, of_a_part, city_id, Kind.CALLS, 400)
        with pytest.raises(NotFound):
            await service.hold_number(
                session, of_a_part, city_id, e164="+8613947300813", reason=REASON
            )


async def test_nothing_goes_before_its_time(whole: Whole) -> None:
    fresh = await _talked(whole, "+8613947300805")
    await erase_overdue(whole.database, Hands(keep_file, erase_ticket))
    assert all((await _left(whole.database, fresh)).values())


async def test_a_city_sets_its_days_but_never_below_the_floor(whole: Whole) -> None:
    admin = await _holder(whole)
    path = "/api/v1/retention-terms/messages"
    assert (await admin.put(path, json={"days": 29})).status_code == 422
    answer = await admin.put(path, json={"days": 60})
    days = {one["kind"]: one["days"] for one in answer.json()["items"]}
    assert days["messages"] == 60
    assert days["tickets"] == RULES[Kind.TICKETS].usual_days


@pytest.mark.parametrize("role", [role for role in Duty if role is not Duty.SECURITY_ADMIN])
def test_nobody_but_the_security_administrator_holds_or_lets_go(role: Duty) -> None:
    assert "retention:write" not in SCOPES[role]


async def test_a_ticket_that_is_not_there_cannot_be_held(whole: Whole) -> None:
    admin = await _holder(whole)
    unknown = {"ticket_number": str(uuid4()), "reason": REASON}
    assert (await admin.post("/api/v1/legal-holds", json=unknown)).status_code == 404
    both = {"ticket_number": "1", "phone": "13947300801", "reason": REASON}
    assert (await admin.post("/api/v1/legal-holds", json=both)).status_code == 422
