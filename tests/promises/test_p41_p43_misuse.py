"""Promises 41 to 43: codes guessed by a robot, text messages pumped, premium numbers dialled."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, text

from hotline import clock
from hotline.db import Database
from hotline.db.embedded import EmbeddedPostgres
from hotline.messages import sending
from hotline.messages.gateway import Text
from hotline.messages.limits import DEFAULT_LIMITS, SendLimits
from hotline.messages.models import OutgoingMessage
from hotline.telephony.dial_rules import (
    EMERGENCY_LINES,
    may_ring_agent,
    may_ring_office,
    may_ring_resident,
)
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.query_codes import TRIES_A_DAY, judge_code
from tests.messages.conftest import town
from tests.messages.test_sending import NOON, City, Network, letter, network
from tests.nightly import IS_NIGHTLY
from tests.portal.solving import answered
from tests.portal.test_report import HTML, filled
from tests.promises.conftest import Whole, whole_city
from tests.promises.matter import NUMBER, Matter

__all__ = ["network", "town"]

CALLS, TRIES_A_CALL = 100, 10
PUMPED, HOURLY = (10_000, DEFAULT_LIMITS) if IS_NIGHTLY else (1_000, SendLimits(per_city=60))
"""The promise's asks and the shipped budget of a city; by day a tenth of both."""
ADDRESSES, DEVICES, ASKS = (50, 2, 100) if IS_NIGHTLY else (2, 2, 11)
"""Of a robot at the portal: addresses, devices of each, and what it asks for by each of them."""
BUDGET = DEFAULT_LIMITS if IS_NIGHTLY else SendLimits(per_city=6)
OF_A_DEVICE = 10
"""Tickets that one may open in an hour."""


async def test_p41_of_a_thousand_codes_over_a_hundred_calls_five_are_judged(
    whole: Whole, matter: Matter
) -> None:
    """On the second day five more, and never the right one by then."""
    judged: Counter[int] = Counter()
    async with whole.database.transaction() as session:
        ticket = await session.get_one(Ticket, UUID(matter.open_id))
        mine = text("DELETE FROM ticket_code_try WHERE ticket_id = :id")
        await session.execute(mine, {"id": ticket.id})
        wrong = (f"{code:06d}" for code in range(1_000_000))
        right = service.query_code(session, ticket)
        for number in range(CALLS * TRIES_A_CALL):
            day = number * 2 // (CALLS * TRIES_A_CALL)
            with clock.stopped(NOON + timedelta(days=day)):
                code = next(one for one in wrong if one != right)
                found = await judge_code(session, ticket.city_id, NUMBER, code)
            assert found.ticket is None
            judged[day] += not found.is_locked
        with clock.stopped(NOON + timedelta(days=1)):
            late = await judge_code(session, ticket.city_id, NUMBER, right)
        assert (late.ticket, late.is_locked) == (None, True)
        await session.rollback()
    assert judged == {0: TRIES_A_DAY, 1: TRIES_A_DAY}


async def test_p42_pumping_stops_at_the_hourly_budget(
    database: Database, town: City, network: Network
) -> None:
    """Asks from five hundred numbers within a minute: the first above the budget waits, as do all
    after it, within the same second; an hour later there is a budget again."""
    sent = []
    async with database.transaction() as session:
        for ask in range(PUMPED):
            with clock.stopped(NOON + timedelta(minutes=1) * ask / PUMPED):
                made = await sending.send_by_template(session, letter(town, to=_number(ask)))
                assert made is not None
                taken = await sending.claim(session, made.id, network, address="", limits=HOURLY)
                sent.append(isinstance(taken, Text))
    assert sum(sent) == HOURLY.per_city
    assert all(sent[: HOURLY.per_city])
    assert not any(sent[HOURLY.per_city :])
    with clock.stopped(NOON + timedelta(hours=1, minutes=2)):
        async with database.transaction() as session:
            made = await sending.send_by_template(session, letter(town, to="+8613999999999"))
            assert made is not None
            taken = await sending.claim(session, made.id, network, address="", limits=HOURLY)
            assert isinstance(taken, Text)


async def test_p42_a_robot_with_many_addresses_comes_no_further_than_the_budget(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any, network: Network
) -> None:
    """It reports for other people's numbers, each of which would get a receipt by text message."""
    with clock.stopped(NOON):
        async with whole_city(postgres, sample_template, new_name()) as there:
            told: Counter[int] = Counter()
            for number in range(ADDRESSES * DEVICES):
                told += await _reported(there, f"198.51.100.{number % ADDRESSES}", number)
            sent = await _claimed(there.database, network)
    assert told == {
        200: ADDRESSES * DEVICES * OF_A_DEVICE,
        429: ADDRESSES * DEVICES * (ASKS - OF_A_DEVICE),
    }
    assert len(sent) == told[200]
    assert sum(sent) == BUDGET.per_city
    assert all(sent[: BUDGET.per_city])


async def _reported(there: Whole, address: str, number: int) -> Counter[int]:
    """By a new device, which answers what it is asked."""
    told: Counter[int] = Counter()
    async with there.stranger(address, timeout=60, follow_redirects=True) as robot:
        await robot.get("/report", headers=HTML)
        for ask in range(ASKS):
            called = _number(ask * ADDRESSES * DEVICES + number)
            answer = await _report(robot, filled(phone=called.removeprefix("+86")))
            told[answer.status_code] += 1
    return told


async def _report(robot: httpx2.AsyncClient, fields: dict[str, str]) -> httpx2.Response:
    answer = await robot.post("/report", data=fields, headers=HTML)
    if 'id="fault-gate"' not in answer.text:
        return answer
    return await robot.post("/report", data=fields | dict(answered(answer.text)), headers=HTML)


async def _claimed(database: Database, network: Network) -> Sequence[bool]:
    """Whether each message went, in the order of asking, within a minute."""
    sent = []
    async with database.transaction() as session:
        made = (
            await session.scalars(select(OutgoingMessage.id).order_by(OutgoingMessage.id))
        ).all()
        for place, message_id in enumerate(made):
            with clock.stopped(NOON + timedelta(minutes=1) * place / len(made)):
                taken = await sending.claim(session, message_id, network, address="", limits=BUDGET)
            sent.append(isinstance(taken, Text))
    return sent


def _number(ask: int) -> str:
    """One of five hundred, none beside another."""
    return f"+861{3 + ask % 5}{ask % 500:03}{1000 + 13 * (ask % 500):06}"


_ABROAD = (
    "1 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236"
    " 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260"
    " 261 262 263 264 265 266 267 268 269 27 290 291 297 298 299 30 31 32 33 34 350 351 352 353"
    " 354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387"
    " 389 39 40 41 420 421 423 43 44 45 46 47 48 49 500 501 502 503 504 505 506 507 508 509 51 52"
    " 53 54 55 56 57 58 590 591 592 593 594 595 596 597 598 599 60 61 62 63 64 65 66 670 672 673"
    " 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 7 800 808 81 82 84"
    " 850 852 853 855 856 870 878 880 881 882 883 886 888 90 91 92 93 94 95 960 961 962 963 964"
    " 965 966 967 968 970 971 972 973 974 975 976 977 979 98 992 993 994 995 996 998"
)
_AT_HOME = [f"{area}{line}" for area in ("", "010", "021", "0473", "0471", "0755")
            for line in ("160", "168", "268", "968")]  # fmt: skip
PREMIUM = [*(f"+{code}" for code in _ABROAD.split()), *_AT_HOME, "9688"]


def test_there_are_two_hundred_premium_prefixes_and_more() -> None:
    assert len(set(PREMIUM)) == len(PREMIUM) > 200
    assert all(map(may_ring_office, ("0473-2051234", "12345", *EMERGENCY_LINES)))
    assert may_ring_resident("+8613947300000")


@pytest.mark.parametrize("digits", range(4, 12))
def test_p43_no_premium_prefix_is_dialled(digits: int) -> None:
    """With the country's code and with the trunk's zeros, whatever length the rest has."""
    rest = "23456789012"[:digits]
    for prefix in PREMIUM:
        for number in {f"{prefix}{rest}", f"{prefix.replace('+', '00')}{rest}"}:
            asked = (may_ring_resident, may_ring_office, may_ring_agent)
            assert [one.__name__ for one in asked if one(number)] == [], number
