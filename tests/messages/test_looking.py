"""A message whose request was lost on the way is unknown, looked for, and never blindly doubled."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.db import Database
from hotline.jobs.models import Job
from hotline.messages import sending
from hotline.messages.looking import text_in_doubt
from hotline.messages.sending import FRESH, INTERRUPTED, LOOK, LOOKS
from hotline.telephony.client import HostUnavailable, HostUnsure, SentText
from tests.messages.test_sending import NOON, Network, message, network, run, write
from tests.tickets.city import City

__all__ = ["network"]

THERE = SentText("SM77", "", "queued", None, NOON + timedelta(seconds=2))
"""As the network shows it; tests give it its words."""
FIRST, SECOND = LOOKS[0], LOOKS[0] + LOOKS[1]


async def lose(database: Database, town: City, network: Network) -> tuple[UUID, str]:
    """Send one whose answer never comes; its id and what it says."""
    message_id = await write(database, town)
    network.fault = HostUnsure()
    await run(database, network)
    network.fault = None
    row = await message(database, message_id)
    assert (row.state, row.error, row.sent_at) == ("unknown", INTERRUPTED, NOON)
    async with database.transaction() as session:
        text = await text_in_doubt(session, message_id, network, address="https://114.example")
    assert text is not None
    return message_id, text.body


async def look(database: Database, network: Network, after: timedelta) -> None:
    await run(database, network, NOON + after)


async def open_looks(database: Database) -> list[datetime]:
    async with database.transaction() as session:
        chosen = select(Job.run_at).where(Job.kind == LOOK, Job.done_at.is_(None))
        return list(await session.scalars(chosen))


@pytest.mark.parametrize(
    ("status", "state"),
    [("queued", "sent"), ("delivered", "delivered"), ("undelivered", "failed")],
)
async def test_one_that_the_network_has_is_followed(
    database: Database, town: City, network: Network, status: str, state: str
) -> None:
    message_id, body = await lose(database, town, network)
    error = "30003" if state == "failed" else None
    network.listed = [replace(THERE, body=body, status=status, error=error)]
    await look(database, network, FIRST)
    row = await message(database, message_id)
    assert (row.state, row.provider_sid, row.error) == (state, "SM77", error)
    assert network.sent == []
    assert await open_looks(database) == []


async def test_one_that_the_network_never_got_goes_again_after_two_looks(
    database: Database, town: City, network: Network
) -> None:
    message_id, _ = await lose(database, town, network)
    network.listed = []
    await look(database, network, FIRST)
    assert (await message(database, message_id)).state == "unknown"
    assert network.sent == []
    await look(database, network, SECOND)
    await run(database, network, NOON + SECOND)
    row = await message(database, message_id)
    assert (row.state, row.provider_sid, row.error) == ("sent", "SM1", None)
    assert len(network.sent) == 1


async def test_another_message_to_that_phone_is_not_taken_for_it(
    database: Database, town: City, network: Network
) -> None:
    message_id, body = await lose(database, town, network)
    an_hour_ago = NOON - timedelta(hours=1)
    network.listed = [
        replace(THERE, body="别的短信"),
        replace(THERE, sid="SM76", body=body, created_at=an_hour_ago),
    ]
    await look(database, network, FIRST)
    assert (await message(database, message_id)).state == "unknown"


async def test_one_that_is_ours_already_is_not_taken_for_it(
    database: Database, town: City, network: Network
) -> None:
    message_id, body = await lose(database, town, network)
    twin = await write(database, town)
    await run(database, network)
    sid = (await message(database, twin)).provider_sid
    assert sid is not None
    network.listed = [replace(THERE, sid=sid, body=body)]
    await look(database, network, FIRST)
    assert (await message(database, message_id)).state == "unknown"


@pytest.mark.parametrize("shown", ["", "Sent from your trial account - {}"])
async def test_words_that_the_network_put_before_or_took_out_do_not_hide_it(
    database: Database, town: City, network: Network, shown: str
) -> None:
    message_id, body = await lose(database, town, network)
    network.listed = [replace(THERE, body=shown.format(body))]
    await look(database, network, FIRST)
    assert (await message(database, message_id)).state == "sent"


async def test_a_report_tells_before_anybody_looks(
    database: Database, town: City, network: Network
) -> None:
    message_id, _ = await lose(database, town, network)
    async with database.transaction() as session:
        await sending.note_report(session, message_id, sid="SM77", status="delivered", error=None)
    network.listed = []
    await look(database, network, FIRST)
    await look(database, network, SECOND)
    row = await message(database, message_id)
    assert (row.state, row.provider_sid) == ("delivered", "SM77")
    assert network.sent == []


@pytest.mark.parametrize("listed", [None, HostUnavailable()], ids=["keeps no list", "down"])
async def test_while_nobody_can_be_asked_it_stays_unknown_and_is_given_up_after_two_days(
    database: Database, town: City, network: Network, listed: Exception | None
) -> None:
    message_id, _ = await lose(database, town, network)
    network.listed = listed
    for after in (FIRST, SECOND, timedelta(hours=1)):
        await look(database, network, after)
    assert (await message(database, message_id)).state == "unknown"
    assert len(await open_looks(database)) == 1
    await look(database, network, FRESH + timedelta(minutes=1))
    row = await message(database, message_id)
    assert (row.state, row.error) == ("failed", INTERRUPTED)
    assert network.sent == []
    assert await open_looks(database) == []
