"""What others would earn by us: messages pumped, calls run up, codes never given back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls.models import Call, Direction
from hotline.db import Database
from hotline.dispatch import codes
from hotline.dispatch.models import DispatchCode
from hotline.dispatch.states import CodePurpose
from hotline.messages import sending
from hotline.messages.gateway import Text
from hotline.messages.limits import SendLimits
from hotline.queueing import outbound, queries
from hotline.queueing.outbound import OutboundSpent
from tests.messages.conftest import town
from tests.messages.test_sending import NOON, City, Network, network, write
from tests.phone import HOTLINE
from tests.promises.conftest import Whole
from tests.promises.matter import NUMBER, Matter

__all__ = ["network", "town"]

TIGHT = SendLimits(per_range=2)


async def test_c58_a_block_of_neighboring_numbers_is_not_texted(
    database: Database, town: City, network: Network
) -> None:
    neighbors = [await write(database, town, to=f"+86139000012{n:02}") for n in range(3)]
    elsewhere = await write(database, town, to="+8613711112222")
    assert [await _went(database, network, one) for one in neighbors] == [True, True, False]
    assert await _went(database, network, elsewhere)


async def _went(database: Database, network: Network, message_id: object) -> bool:
    with clock.stopped(NOON):
        async with database.transaction() as session:
            claimed = await sending.claim(session, message_id, network, address="", limits=TIGHT)
    return isinstance(claimed, Text)


@pytest.mark.parametrize(("used", "stops"), [(0, True), (3, True), (4, False)])
async def test_c58_codes_that_nobody_gives_back_stop_new_ones(
    session: AsyncSession, used: int, stops: bool
) -> None:
    now = clock.now()
    for number in range(20):
        session.add(
            DispatchCode(
                purpose=CodePurpose.SIGN_IN, subject_id=uuid4(), code_hash=b"x",
                expires_at=now - timedelta(minutes=1),
                used_at=now if number < used else None,
            )
        )  # fmt: skip
    await session.flush()
    assert await codes.are_unused(session) is stops


async def test_c59_a_city_s_outbound_minutes_have_an_end(database: Database, town: City) -> None:
    now = clock.now()
    long_ago, before = now - timedelta(days=1), now - timedelta(minutes=90)
    async with database.transaction() as session:
        for began, ended, direction in (
            (before, before + timedelta(minutes=40), Direction.OUTBOUND),
            (before, None, Direction.OUTBOUND),
            (before, None, Direction.INBOUND),
            (long_ago, None, Direction.OUTBOUND),
        ):
            session.add(_call(town, began, ended, direction))
        await session.flush()
        spent = await queries.outbound_minutes(session, town.id, before, now)
        assert spent == 40 + 90


async def test_c59_calls_stop_when_the_day_s_minutes_are_spent(
    database: Database, town: City
) -> None:
    now = clock.now()
    async with database.transaction() as session:
        await outbound.require_budget(session, town.id)
        session.add(_call(town, now - timedelta(minutes=2), None, Direction.OUTBOUND))
        await session.flush()
        with pytest.raises(OutboundSpent):
            await outbound.require_budget(session, town.id, most=1)
        await session.rollback()


def _call(town: City, began: datetime, ended: datetime | None, direction: Direction) -> Call:
    return Call(
        provider_sid=f"CA{uuid4().hex}", organization_id=town.id, city_id=town.id,
        to_number="+86473114", from_masked="139****1234", direction=direction,
        started_at=began, ended_at=ended, status="ended" if ended else "talking",
    )  # fmt: skip


async def test_c60_what_networks_say_of_a_number_is_kept_and_opens_nothing(
    whole: Whole, matter: Matter
) -> None:
    """Even the best attestation leaves the caller of an open matter unknown to us."""
    phone = whole.city.phone(caller=f"+86{NUMBER}")
    phone.sid = f"CA{uuid4().hex}"
    fields = {"To": HOTLINE, "CallStatus": "ringing", "StirVerstat": "TN-Validation-Passed-A"}
    await phone.post(phone.provider.url("voice"), fields)
    async with whole.database.transaction() as session:
        call = (await session.scalars(select(Call).where(Call.provider_sid == phone.sid))).one()
        assert call.attestation == "TN-Validation-Passed-A"
        assert (call.agent_id, call.ticket_ids) == (None, [])
    assert not any("暖气" in said for said in phone.heard)
