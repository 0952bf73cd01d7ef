"""A message goes out once, in time, within limits, and its reports are followed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from hotline import clock
from hotline.db import Database
from hotline.jobs.models import Job
from hotline.jobs.worker import Worker
from hotline.messages import sending
from hotline.messages.gateway import SmsGateway, Text
from hotline.messages.jobs import runners
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import Letter
from hotline.organizations.service import set_wording
from hotline.telephony.client import CallGone, HostRefused, HostUnavailable, SentText
from tests.tickets.city import City

MOBILE = "+8613847312345"
# The worker goes by the database's clock: what waits for a later hour must not be due by it.
NOON = clock.local(clock.now() + timedelta(days=1)).replace(
    hour=12, minute=0, second=0, microsecond=0
)


@dataclass
class Network:
    """A network that keeps what it was given; `fault` is what it says instead.

    `listed` is what it shows of messages to that phone.
    """

    sent: list[Text] = field(default_factory=list)
    fault: Exception | None = None
    listed: list[SentText] | Exception | None = None

    async def send(self, message: Text) -> str:
        if self.fault is not None:
            raise self.fault
        self.sent.append(message)
        return f"SM{len(self.sent)}"

    async def look(self, message: Text) -> list[SentText] | None:
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed

    def status_url(self, message_id: str) -> str:
        return f"http://hotline.example/telephony/sms-status?message={message_id}"


@pytest.fixture
def network() -> Network:
    return Network()


Write = Callable[..., Letter]


def letter(city: City, **given: object) -> Letter:
    defaults: dict[str, object] = {
        "city_id": city.id,
        "organization_id": city.id,
        "subject": f"ticket:{uuid4()}",
        "template": "sms_ticket_replied_rate",
        "params": {"number": "2026-1123-000001", "answer": "已修好", "link": "/r/abc"},
        "to": MOBILE,
    }
    return Letter(**(defaults | given))  # type: ignore[arg-type]


async def write(database: Database, city: City, at: datetime = NOON, **given: object) -> UUID:
    with clock.stopped(at):
        async with database.transaction() as session:
            made = await sending.send_by_template(session, letter(city, **given))
    assert made is not None
    return made.id


async def run(database: Database, network: SmsGateway, at: datetime = NOON) -> None:
    """What is due by the stopped clock; the worker itself goes by the database's."""
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE job SET run_at = clock_timestamp() WHERE run_at <= :at"), {"at": at}
        )
    with clock.stopped(at):
        await Worker(database, runners(network, address="https://114.example")).run_due()


async def message(database: Database, message_id: UUID) -> OutgoingMessage:
    async with database.transaction() as session:
        return await session.get_one(OutgoingMessage, message_id)


async def test_a_message_goes_out_once_with_its_link_as_an_address(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    await run(database, network)
    await run(database, network)
    (sent,) = network.sent
    assert (sent.to, sent.from_) == (MOBILE, "+86473114")
    assert "已修好" in sent.body
    assert "https://114.example/r/abc" in sent.body
    assert str(message_id) in sent.status_url
    row = await message(database, message_id)
    assert (row.state, row.provider_sid, row.to_masked) == ("sent", "SM1", "138****2345")


async def test_what_is_stored_opens_on_nobody(database: Database, town: City) -> None:
    await write(database, town)
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT outgoing_message::text FROM outgoing_message"))
        jobs = await session.execute(text("SELECT payload::text FROM job"))
        kept = " ".join([*rows.scalars(), *jobs.scalars()])
    assert "13847312345" not in kept
    assert "已修好" not in kept
    assert "/r/abc" not in kept


async def test_at_night_it_waits_for_the_morning_unless_urgent(
    database: Database, town: City, network: Network
) -> None:
    night = NOON + timedelta(hours=11)
    calm = await write(database, town, night)
    urgent = await write(database, town, night, is_urgent=True)
    morning = NOON + timedelta(hours=20)
    assert (await message(database, calm)).send_at == morning
    assert (await message(database, urgent)).send_at == night


async def test_a_number_gets_three_an_hour_and_the_rest_later(
    database: Database, town: City, network: Network
) -> None:
    for minute in range(4):
        await write(database, town, NOON + timedelta(minutes=minute))
        await run(database, network, NOON + timedelta(minutes=minute))
    assert len(network.sent) == 3
    async with database.transaction() as session:
        waiting = (
            await session.scalars(select(OutgoingMessage).where(OutgoingMessage.state == "queued"))
        ).one()
        assert waiting.send_at == NOON + timedelta(hours=1)
        open_jobs = list(await session.scalars(select(Job).where(Job.done_at.is_(None))))
        assert len(open_jobs) == 1


async def test_a_city_s_hour_has_a_budget(database: Database, town: City, network: Network) -> None:
    tight = sending.SendLimits(per_city=1)
    first = await write(database, town)
    second = await write(database, town, to="+8613900001111")
    with clock.stopped(NOON):
        async with database.transaction() as session:
            assert isinstance(
                await sending.claim(session, first, network, address="", limits=tight), Text
            )
            assert isinstance(
                await sending.claim(session, second, network, address="", limits=tight),
                sending.Wait,
            )


@pytest.mark.parametrize("number", ["+864732021234", "+12025550123", "12345"])
async def test_other_numbers_are_not_texted(database: Database, town: City, number: str) -> None:
    async with database.transaction() as session:
        assert await sending.send_by_template(session, letter(town, to=number)) is None


async def test_a_network_that_is_down_is_tried_again(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    network.fault = HostUnavailable()
    await run(database, network)
    row = await message(database, message_id)
    assert (row.state, row.sent_at) == ("queued", None)
    network.fault = None
    async with database.transaction() as session:
        await session.execute(text("UPDATE job SET run_at = clock_timestamp()"))
    with clock.stopped(NOON + timedelta(minutes=3)):
        await Worker(database, runners(network, address="")).run_due()
    assert len(network.sent) == 1


async def test_a_network_that_is_down_for_long_parks_nothing(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    network.fault = HostUnavailable()
    for minute in range(12):
        with clock.stopped(NOON + timedelta(minutes=3 * minute)):
            await Worker(database, runners(network, address="")).run_due()
        async with database.transaction() as session:
            await session.execute(text("UPDATE job SET run_at = clock_timestamp()"))
            parked = await session.scalar(
                text("SELECT count(*) FROM job WHERE parked_at IS NOT NULL")
            )
        assert parked == 0
    network.fault = None
    with clock.stopped(NOON + timedelta(hours=1)):
        await Worker(database, runners(network, address="")).run_due()
    assert (await message(database, message_id)).state == "sent"


async def test_a_network_without_such_an_account_ends_it(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    network.fault = CallGone()
    await run(database, network)
    row = await message(database, message_id)
    assert (row.state, row.error) == ("failed", "20404")


async def test_a_refusal_is_kept_with_its_code(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    network.fault = HostRefused(21610)
    await run(database, network)
    row = await message(database, message_id)
    assert (row.state, row.error) == ("failed", "21610")


async def test_one_that_may_have_gone_does_not_go_again(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    with clock.stopped(NOON):
        async with database.transaction() as session:
            assert await sending.claim(session, message_id, network, address="")
    await run(database, network)  # as after the death of the worker that had claimed it
    row = await message(database, message_id)
    assert (row.state, row.error) == ("unknown", sending.INTERRUPTED)
    assert network.sent == []


async def test_after_two_days_it_is_not_worth_sending(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    await run(database, network, NOON + timedelta(hours=49))
    assert (await message(database, message_id)).state == "dropped"
    assert network.sent == []


async def test_the_organization_s_words_at_the_time_of_sending(
    database: Database, town: City, network: Network
) -> None:
    await write(database, town)
    async with database.transaction() as session:
        leader = await town.person(session, "city_supervisor")
        await set_wording(
            session, leader, town.id, key="sms_ticket_replied_rate",
            text="【我市】{answer}{link}", scope="tickets:supervise",
        )  # fmt: skip
    await run(database, network)
    assert network.sent[0].body == "【我市】已修好https://114.example/r/abc"


async def test_reports_are_followed_whatever_their_order(
    database: Database, town: City, network: Network
) -> None:
    message_id = await write(database, town)
    await run(database, network)

    async def report(status: str, sid: str = "SM1", error: str | None = None) -> str:
        async with database.transaction() as session:
            await sending.note_report(session, message_id, sid=sid, status=status, error=error)
        return (await message(database, message_id)).state

    assert await report("queued") == "sent"
    assert await report("delivered", sid="SM999") == "sent"
    assert await report("delivered") == "delivered"
    assert await report("sent") == "delivered"
    assert await report("failed", error="30003") == "delivered"
