"""Every answer of a resident is kept for good; taking it back works at once."""

from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from hotline.consents import queries
from hotline.consents.models import ConsentEntry
from hotline.consents.service import Answered, note, version_of
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import Database
from hotline.messages.stopping import meaning
from hotline.messages.wording import may_be_declined
from hotline.subject_access import held_about
from hotline.telephony.signature import sign
from tests.dispatch.town import DISTRICT
from tests.phone import HOTLINE
from tests.portal.test_proxy import authorized
from tests.portal.test_report import post
from tests.promises.conftest import Whole
from tests.promises.own_city import whole
from tests.proxy.test_carry import Matter

__all__ = ["whole"]

STOPPER = "+8613947300741"


@pytest.mark.parametrize("statement", ["UPDATE consent_entry SET answer = 'given'",
                                       "DELETE FROM consent_entry"])  # fmt: skip
async def test_the_service_cannot_change_what_was_answered(
    database: Database, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction() as session:
            await session.execute(text(statement))


async def test_the_newest_word_counts(database: Database) -> None:
    city_id, blind = uuid4(), b"n" * 32
    for answer, is_over in ((Answer.WITHDRAWN, True), (Answer.GIVEN, False),
                            (Answer.REFUSED, True)):  # fmt: skip
        async with database.transaction() as session:
            await note(session, Answered(
                city_id, "wish:1", Purpose.SMS, answer, Channel.SMS, blind,
            ))  # fmt: skip
        async with database.transaction() as session:
            said = await queries.is_withdrawn(session, city_id, blind, Purpose.SMS)
            other = await queries.is_withdrawn(session, city_id, blind, Purpose.ROBOT_CALL)
        assert (said, other) == (is_over, False)


def test_other_words_are_another_version() -> None:
    assert version_of("notice", "通话会录音") != version_of("notice", "通话会录音。")
    assert version_of("notice", "通话会录音").startswith("notice@")


@pytest.mark.parametrize(("body", "wish"), [
    ("退订", Answer.WITHDRAWN), (" 回复TD ", Answer.WITHDRAWN), ("stop", Answer.WITHDRAWN),
    ("恢复", Answer.GIVEN), ("1", None), ("我要退订报纸", None), ("", None),
])  # fmt: skip
def test_only_a_bare_word_stops_messages(body: str, wish: Answer | None) -> None:
    assert meaning(body) is wish


def test_codes_and_vendors_offers_are_not_stopped_by_it() -> None:
    assert may_be_declined("sms_ticket_replied")
    assert not may_be_declined("sms_quote_code")
    assert not may_be_declined("sms_offer_link")


async def test_whoever_stops_messages_gets_none_until_they_are_wanted_again(whole: Whole) -> None:
    phone = whole.city.phone(caller=STOPPER)
    await _text(whole, STOPPER, "退订")
    await _text(whole, STOPPER, "退订")
    assert await _sent(whole, STOPPER) == ["sms_stopped"]
    await phone.dial()
    await phone.say("我家暖气不热，我在滨河街道")
    assert "已经登记" in phone.now_hears
    assert await _sent(whole, STOPPER) == ["sms_stopped"]
    await _text(whole, STOPPER, "恢复")
    await phone.hang_up()
    again = await whole.city.phone(caller=STOPPER).dial()
    await again.say("楼道灯坏了，我在滨河街道")
    assert (await _sent(whole, STOPPER))[:2] == ["sms_stopped", "sms_started"]


async def test_a_withdrawn_yes_hides_the_number_and_is_told_to_the_resident(whole: Whole) -> None:
    ticket_id = await _ordered(whole, "+8613947300742")
    agent = await whole.city.signed_in("agent-1")
    path = f"/api/v1/tickets/{ticket_id}/consents"
    given = (await agent.get(path)).json()["items"]
    assert [(one["purpose"], one["answer"], one["channel"]) for one in given] == [
        ("vendor_number", "given", "voice")
    ]
    assert given[0]["wording"].startswith("ask_consent@")
    why = "来电要求收回，原号13947300742"
    done = await agent.post(f"{path}/withdraw", json={"purpose": "vendor_number", "reason": why})
    assert [one["answer"] for one in done.json()["items"]] == ["given", "withdrawn"]
    assert done.json()["items"][-1]["reason"] == "来电要求收回，原号139****0742"
    await _is_in_the_book(agent, ticket_id)
    again = await agent.post(f"{path}/withdraw", json={"purpose": "vendor_number"})
    assert again.status_code == 409
    async with whole.database.transaction() as session:
        now = await session.scalar(
            text("SELECT consent FROM work_order WHERE ticket_id = :id"), {"id": UUID(ticket_id)}
        )
        audited = await session.scalar(
            text(
                "SELECT count(*) FROM audit_entry WHERE action = 'consent.withdrawn'"
                " AND target LIKE 'work_order:%'"
            )
        )
    held = await held_about(whole.database, "13947300742", reason="本人持身份证到场申请")
    assert now == "refused"
    assert audited == 1
    assert [one["answer"] for one in held["consents"]] == ["given", "withdrawn"]


async def _is_in_the_book(agent: httpx2.AsyncClient, ticket_id: str) -> None:
    """By the matter's number and by the caller's, with who noted it."""
    number = (await agent.get(f"/api/v1/tickets/{ticket_id}")).json()["number"]
    for sought in ({"ticket_number": number}, {"phone": "13947300742"}):
        found = await agent.post("/api/v1/consents/search", json=sought)
        newest = found.json()["items"][0]
        assert (newest["answer"], newest["ticket_number"]) == ("withdrawn", number)
        assert newest["caller_masked"] == "139****0742"
        assert newest["noted_by"]
    for sought in ({"ticket_number": "SX-0"}, {"phone": "13947300799"}):
        found = await agent.post("/api/v1/consents/search", json=sought)
        assert found.json() == {"items": [], "next": None}
    bad = await agent.post("/api/v1/consents/search", json={"phone": "不是号码"})
    assert bad.status_code == 422


async def test_a_recording_cannot_be_taken_back_and_another_s_matter_is_not_there(
    whole: Whole,
) -> None:
    ticket_id = await _ordered(whole, "+8613947300743")
    agent = await whole.city.signed_in("agent-1")
    path = f"/api/v1/tickets/{ticket_id}/consents"
    refused = await agent.post(f"{path}/withdraw", json={"purpose": "recording"})
    assert refused.status_code == 409
    assert (await agent.get(f"/api/v1/tickets/{uuid4()}/consents")).status_code == 404
    stopped = await agent.post(f"{path}/withdraw", json={"purpose": "sms"})
    assert stopped.json()["items"][-1]["purpose"] == "sms"
    async with whole.database.transaction() as session:
        rows = await session.scalars(
            select(ConsentEntry.account_id).where(
                ConsentEntry.purpose == Purpose.SMS, ConsentEntry.channel == Channel.AGENT
            )
        )
        assert [account is not None for account in rows] == [True]


async def test_an_authorization_says_how_it_was_given_and_how_it_was_taken_back(
    whole: Whole,
) -> None:
    matter = await Matter.authorized(whole.city)
    await matter.go("agent-1", "/withdraw")
    assert await _ways(whole, matter.shown["number"]) == ["counter", "agent"]
    key = await authorized(whole.city)
    assert "委托已经撤回" in (await post(whole.city, "/track/withdraw", key)).text
    assert await _ways(whole, key["number"]) == ["portal", "portal"]


async def _ways(whole: Whole, ticket_number: str) -> list[str]:
    async with whole.database.transaction() as session:
        chosen = text(
            "SELECT e.channel FROM consent_entry e JOIN proxy_matter m"
            " ON e.subject = 'proxy_matter:' || m.id JOIN ticket t ON t.id = m.ticket_id"
            " WHERE t.number = :number ORDER BY e.id"
        )
        return list(await session.scalars(chosen, {"number": ticket_number}))


async def _ordered(whole: Whole, number: str) -> str:
    """The ticket of a call that ordered a plumber and agreed to give the number."""
    phone = await whole.city.phone(caller=number).dial()
    await phone.say(f"我家马桶堵了，在{DISTRICT}")
    if "排名不分先后" in phone.heard[-1]:
        await phone.say("都行，轮流吧")
    await phone.say("明天上午")
    await phone.say("可以")
    async with whole.database.transaction() as session:
        blind = session.info["vault"].blind(number, purpose="phone")
        chosen = text("SELECT ticket_id FROM work_order WHERE caller_blind = :blind")
        return str(await session.scalar(chosen, {"blind": blind}))


async def _text(whole: Whole, sender: str, body: str) -> None:
    provider = whole.city.phone().provider
    form = {"MessageSid": f"SM{uuid4().hex}", "AccountSid": provider.account_sid,
            "From": sender, "To": HOTLINE, "Body": body}  # fmt: skip
    signed = sign(provider.url("sms"), list(form.items()), provider.auth_token)
    answer = await whole.city.client.post(
        "/telephony/sms", data=form, headers={"x-twilio-signature": signed}
    )
    assert answer.status_code == 200


async def _sent(whole: Whole, number: str) -> list[str]:
    async with whole.database.transaction() as session:
        blind = session.info["vault"].blind(number, purpose="phone")
        chosen = text("SELECT template FROM outgoing_message WHERE to_blind = :blind ORDER BY id")
        return list(await session.scalars(chosen, {"blind": blind}))
