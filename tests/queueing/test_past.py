"""The agent sees who calls: earlier calls and matters of the number, and nobody's secrets."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call
from hotline.conversation.effects import machine
from hotline.conversation.wording import Wording
from hotline.db import Database
from hotline.principal import Principal
from hotline.queueing.past import past_of
from hotline.tickets import service as tickets
from hotline.tickets.models import TicketKind
from tests.queueing.test_line import ring, sit_down

Nodes = tuple[Database, Database]
NUMBER = "+8613900001001"


async def opened(session: AsyncSession, principal: Principal, call: Call, **given: Any) -> UUID:
    wanted: dict[str, Any] = {
        "kind": TicketKind.HELP, "title": "路灯不亮", "description": "路灯不亮",
        "district": None, "caller_number": NUMBER, "call_id": call.id,
    }  # fmt: skip
    return (await tickets.open_ticket(session, principal, **wanted | given)).id


async def test_earlier_calls_and_matters_of_the_number_are_listed(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        before, other, now = await ring(session, 1), await ring(session, 2), await ring(session, 3)
        now.from_blind, now.from_sealed = before.from_blind, None
        agent = await sit_down(session, "agent-1")
        host = await machine(session, before, Wording())
        mine = await opened(session, host, before)
        await opened(session, host, before, kind=TicketKind.REPORT)
        await opened(session, host, before, is_confidential=True)
        await opened(session, host, other, caller_number="+8613900001002")
        past = await past_of(session, agent, before)
        assert [call.id for call in past.calls] == [now.id]
        assert [ticket.id for ticket in past.tickets] == [mine]


@pytest.mark.parametrize(
    "secret",
    [{"kind": TicketKind.REPORT}, {"is_confidential": True}, {"is_anonymous": True}],
    ids=["report", "confidential", "anonymous"],
)
async def test_the_call_that_told_a_secret_is_no_earlier_call(
    sample: Nodes, secret: dict[str, Any]
) -> None:
    async with sample[0].transaction() as session:
        told, plain, later = await ring(session, 1), await ring(session, 2), await ring(session, 3)
        plain.from_blind, plain.from_sealed = told.from_blind, None
        agent = await sit_down(session, "agent-1")
        host = await machine(session, told, Wording())
        ticket_id = await opened(session, host, told, **secret)
        again = await ring(session, 4)
        again.from_blind, again.ticket_ids = told.from_blind, [str(ticket_id)]
        mine = await opened(session, host, plain)
        plain.ticket_ids = [str(mine)]
        later.from_blind = told.from_blind
        past = await past_of(session, agent, later)
        assert [call.id for call in past.calls] == [plain.id]


async def test_another_tiers_matters_are_not_shown(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        host = await machine(session, call, Wording())
        await opened(session, host, call, district="乌达区")
        stranger = Principal(uuid4(), "", frozenset({"calls:read"}), uuid4(), frozenset({uuid4()}))
        assert (await past_of(session, stranger, call)).tickets == []


async def test_a_hidden_number_has_no_past(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        agent = await sit_down(session, "agent-1")
        call.from_blind = call.from_sealed = None
        past = await past_of(session, agent, call)
        assert (list(past.calls), list(past.tickets)) == ([], [])
