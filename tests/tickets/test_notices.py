"""Who is told what by text message, step by step."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.messages.models import OutgoingMessage
from hotline.messages.wording import message_texts, written
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.notices import RECEIVED, TEMPLATES, subject_of
from hotline.tickets.states import TicketKind, Urgency
from hotline.vault import vault_of
from tests.tickets.conftest import MONDAY, UNIT, Go, OpenTicket

Sent = list[tuple[str, dict[str, str]]]


async def sent(session: AsyncSession, ticket: Ticket) -> Sent:
    chosen = select(OutgoingMessage).where(OutgoingMessage.subject == subject_of(ticket.id))
    rows = list(await session.scalars(chosen.order_by(OutgoingMessage.id)))
    return [(row.template, opened_params(session, row)) for row in rows]


def opened_params(session: AsyncSession, row: OutgoingMessage) -> dict[str, str]:
    sealed = vault_of(session).open(
        row.params_sealed, table="outgoing_message", column="params", row=row.id
    )
    params: dict[str, str] = orjson.loads(sealed)
    return params


async def test_the_receipt_tells_number_code_and_day(
    session: AsyncSession, opened: OpenTicket
) -> None:
    ticket = await opened()
    ((template, params),) = await sent(session, ticket)
    assert template == RECEIVED
    assert params["number"] == ticket.number
    assert params["code"] == service.query_code(session, ticket)
    assert params["due"] == "11月25日18时"


@pytest.mark.parametrize(
    "given",
    [
        {"is_confidential": True},
        {"is_anonymous": True},
        {"urgency": Urgency.EMERGENCY},
        {"caller_number": None},
        {"caller_number": "0473-2021234"},
    ],
)
async def test_nothing_is_sent_that_could_betray_or_disturb(
    session: AsyncSession, opened: OpenTicket, given: dict[str, Any]
) -> None:
    assert await sent(session, await opened(**given)) == []


async def test_every_step_has_its_message(
    session: AsyncSession, replied: OpenTicket, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    await go(ticket, "request_extension", *UNIT, note="等配件", working_days=2)
    await go(ticket, "endorse_extension", "district_supervisor", "海勃湾区")
    await go(ticket, "grant_extension", "dispatcher")
    await go(
        ticket, "request_suspension", *UNIT, note="等鉴定", ground="appraisal",
        review_at=(MONDAY + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    await go(ticket, "grant_suspension", "dispatcher", note="鉴定需要时间")
    await go(ticket, "resume", *UNIT)
    told = await sent(session, ticket)
    assert [template for template, _ in told] == [
        RECEIVED, "sms_ticket_extended", "sms_ticket_suspended", "sms_ticket_resumed"
    ]  # fmt: skip
    assert told[1][1]["due"] == "11月27日18时"
    assert told[2][1]["reason"] == "鉴定需要时间"


async def test_the_reply_brings_a_link_that_opens_the_rating(
    session: AsyncSession, replied: OpenTicket, go: Go
) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    template, params = (await sent(session, ticket))[-1]
    assert template == "sms_ticket_replied_rate"
    assert params["answer"] == "已上门处理，室温20度。"
    token = params["link"].removeprefix("/r/")
    assert (await service.rateable(session, token)).number == ticket.number


async def test_a_question_is_answered_without_being_rated(
    session: AsyncSession, replied: OpenTicket, go: Go
) -> None:
    ticket = await replied(kind=TicketKind.CONSULT)
    await go(ticket, "accept_and_close", "dispatcher")
    assert (await sent(session, ticket))[-1][0] == "sms_ticket_replied"


async def test_all_who_joined_get_the_reply_under_their_own_number(
    session: AsyncSession, at_unit: OpenTicket, opened: OpenTicket, go: Go
) -> None:
    from tests.tickets.conftest import REPLY

    ticket = await at_unit()
    joined = await opened(caller_number="13900001111")
    secret = await opened(caller_number="13900002222", is_confidential=True)
    for one in (joined, secret):
        await go(one, "merge", "dispatcher", parent_id=str(ticket.id))
    assert (await sent(session, joined))[-1][1]["parent"] == ticket.number
    await session.refresh(ticket)
    await go(ticket, "reply", *UNIT, **REPLY)
    await go(ticket, "accept_reply", "dispatcher")
    replies = [
        (row.to_masked, opened_params(session, row)["number"])
        for row in await session.scalars(
            select(OutgoingMessage)
            .where(OutgoingMessage.template.like("sms_ticket_replied%"))
            .order_by(OutgoingMessage.id)
        )
    ]
    assert replies == [("138****2345", ticket.number), ("139****1111", joined.number)]


async def test_a_refusal_says_why_and_names_nobody(
    session: AsyncSession, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "refuse", "agent", reason_code="court", note="请走诉讼，咨询13900001111")
    template, params = (await sent(session, ticket))[-1]
    assert template == "sms_ticket_refused"
    assert params["reason"] == "请走诉讼，咨询139****1111"


async def test_at_night_the_receipt_waits(session: AsyncSession, opened: OpenTicket) -> None:
    with clock.stopped(MONDAY.replace(hour=23)):
        ticket = await opened()
    row = (
        await session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.subject == subject_of(ticket.id))
        )
    ).one()
    assert row.send_at == (MONDAY + timedelta(days=1)).replace(hour=8)


def test_every_template_can_be_filled_with_what_is_told() -> None:
    told = ["title", "number", "due", "code", "answer", "reason", "link", "parent", "receiver"]
    params = dict.fromkeys(told, "x")
    for template in (RECEIVED, *TEMPLATES.values()):
        assert template in message_texts()
        assert "{" not in written(template, params, {})
