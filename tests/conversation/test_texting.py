"""The answer goes out as a message: at once, from its own budget, with the page's address."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import service as call_service
from hotline.calls.models import Call
from hotline.conversation.texting import NotReached, text_answer
from hotline.conversation.wording import Wording
from hotline.db import Database
from hotline.directory.entry import Entry
from hotline.messages.sending import claim
from hotline.messages.states import Purpose
from hotline.organizations import queries as organizations
from hotline.organizations.models import HotlineNumber
from tests.messages.test_sending import Network
from tests.tickets.city import build_city

CARD = Entry(
    "svc-card", "government", "社保", "社保卡补办（市级）", summary="先口头挂失，再带身份证补办。",
    documents=("身份证", "一寸照片"),
)  # fmt: skip


async def ring(session: AsyncSession, caller: str | None) -> Call:
    city = await build_city(session)
    session.add(HotlineNumber(number="+86473114", organization_id=city.id, label="114"))
    await session.flush()
    organization = await organizations.organization_by_number(session, "+86473114")
    assert organization is not None
    call, _ = await call_service.receive_call(
        session, organization, provider_sid="CA1", caller=caller, called="+86473114"
    )
    return call


async def sent_of(session: AsyncSession, call: Call, entry: Entry, phone: str | None) -> str:
    message = await text_answer(session, call, entry, phone, Wording())
    assert (message.purpose, message.subject) == (Purpose.ANSWER, f"call:{call.id}")
    text = await claim(session, message.id, Network(), address="https://114.example")
    assert not hasattr(text, "span"), "it waits for nothing"
    assert text is not None
    return str(getattr(text, "body", ""))


async def test_answer_papers_number_and_page_are_in_it(database: Database) -> None:
    async with database.transaction() as session:
        call = await ring(session, "+8613847312345")
        body = await sent_of(session, call, CARD, "0473-2998114")
    assert body == (
        "【乌海114】社保卡补办：先口头挂失，再带身份证补办。需要带身份证、一寸照片。电话0473-2998114。"
        "全文和地址见https://114.example/services/svc-card"
    )


async def test_what_does_not_fit_is_on_the_page(database: Database) -> None:
    long = replace(CARD, documents=tuple(f"第{n}份材料的原件和复印件" for n in range(60)))
    async with database.transaction() as session:
        call = await ring(session, "+8613847312345")
        body = await sent_of(session, call, long, "0473-2998114")
    assert "需要带" not in body
    assert "电话0473-2998114。" in body
    assert body.endswith("/services/svc-card")


@pytest.mark.parametrize(
    ("since", "waits"),
    [(None, False), (timedelta(minutes=59), False), (timedelta(minutes=61), True)],
    ids=["the call lives", "just ended", "an old call"],
)
async def test_at_night_only_who_just_called_is_texted(
    database: Database, since: timedelta | None, waits: bool
) -> None:
    night = clock.local(clock.now() + timedelta(days=1)).replace(hour=3, minute=0, second=0)
    with clock.stopped(night):
        async with database.transaction() as session:
            call = await ring(session, "+8613847312345")
            call.ended_at = None if since is None else clock.now() - since
            message = await text_answer(session, call, CARD, None, Wording())
            assert (message.send_at > clock.now()) is waits


@pytest.mark.parametrize("caller", [None, "+864732012345"])
async def test_who_gets_no_messages_is_told_to_whoever_asked(
    database: Database, caller: str | None
) -> None:
    async with database.transaction() as session:
        call = await ring(session, caller)
        with pytest.raises(NotReached):
            await text_answer(session, call, CARD, None, Wording())
