"""Who sees what: districts, informants, related ids, vendors, reasons."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call
from hotline.dispatch.links import make_link, open_link
from hotline.dispatch.states import LinkPurpose
from hotline.errors import InvalidInput
from hotline.principal import Principal
from hotline.queueing.monitor import NobodyTalks, monitor
from hotline.realtime.hub import Reader
from tests.promises.conftest import ACCOUNTS, Whole
from tests.promises.matter import CANARIES, Matter

TICKETS = "/api/v1/tickets"


async def test_c16_another_districts_ticket_is_404_like_one_that_is_not_there(
    whole: Whole, matter: Matter
) -> None:
    client = await whole.of("supervisor-haibowan")
    absent = "0199a000-0000-7000-8000-000000000000"
    for ending in ("", "/attachments", "/history"):
        foreign = await client.get(f"{TICKETS}/{matter.foreign_id}{ending}")
        missing = await client.get(f"{TICKETS}/{absent}{ending}")
        told = [(one.status_code, one.json()["code"]) for one in (foreign, missing)]
        assert told == [(404, "not_found")] * 2
    assert (await client.get(f"{TICKETS}/{matter.open_id}")).status_code == 200
    for query in ("", "?limit=200", "?q=路灯"):
        answer = await client.get(TICKETS + query)
        assert matter.foreign_id not in answer.text


async def test_c17_an_informants_words_are_in_no_answer_to_anybody(
    whole: Whole, matter: Matter, described: dict[str, Any]
) -> None:
    """Every reading operation of every kind of account, the ticket's own pages among them."""
    found = []
    for username in ACCOUNTS.values():
        client = await whole.of(username)
        for path, methods in described["paths"].items():
            filled = path.replace("{ticket_id}", matter.secret_id)
            if "get" not in methods or "{" in filled or path.endswith("/redaction"):
                continue
            body = (await client.get(filled)).text
            found += [(username, path, canary) for canary in CANARIES if canary in body]
    assert found == []


@pytest.mark.parametrize(
    "more", [{"district_id": "1"}, {"role": "city_supervisor"}, {"opened_by_id": "1"},
             {"status": "closed"}]
)  # fmt: skip
async def test_c18_a_field_that_one_may_not_set_is_422_and_changes_nothing(
    whole: Whole, matter: Matter, more: dict[str, str]
) -> None:
    agent = await whole.of("agent-1")
    before = (await agent.get(f"{TICKETS}/{matter.open_id}")).json()
    change = {"version": before["version"], "title": "别的"} | more
    answer = await agent.patch(f"{TICKETS}/{matter.open_id}", json=change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert (await agent.get(f"{TICKETS}/{matter.open_id}")).json() == before


async def test_c19_a_related_ticket_that_one_does_not_see_cannot_be_joined(
    whole: Whole, matter: Matter
) -> None:
    client = await whole.of("supervisor-haibowan")
    mine = (await client.get(f"{TICKETS}/{matter.open_id}")).json()
    move = {"move": "merge", "version": mine["version"], "parent_id": matter.foreign_id}
    answer = await client.post(f"{TICKETS}/{matter.open_id}/moves", json=move)
    assert 400 <= answer.status_code < 500
    assert matter.foreign_id not in (await client.get(f"{TICKETS}/{matter.open_id}")).text


async def test_c20_a_vendors_link_opens_its_own_purpose_only(whole: Whole) -> None:
    async with whole.database.transaction() as session:
        vendor_id = await session.scalar(text("SELECT id FROM vendor LIMIT 1"))
        token = await make_link(session, vendor_id, LinkPurpose.HOME)
        found = await open_link(session, token)
        assert found is not None
        assert (found.vendor_id, found.order_id, found.purpose) == (vendor_id, None, "home")
        assert await open_link(session, token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    stranger = whole.stranger()
    assert (await stranger.get("/v/" + "x" * 32)).status_code == 404


@pytest.mark.parametrize("reason", [None, "", "   ", "看"])
async def test_c21_nothing_is_revealed_without_a_reason(
    whole: Whole, matter: Matter, reason: str | None
) -> None:
    agent = await whole.of("agent-1")
    body = {"fields": ["caller_number"]} | ({} if reason is None else {"reason": reason})
    answer = await agent.post(f"{TICKETS}/{matter.open_id}/reveal", json=body)
    assert answer.status_code == 422


async def test_c21_a_reveal_is_logged_with_its_reason_and_from_where(
    whole: Whole, matter: Matter
) -> None:
    agent, reason = await whole.of("agent-1"), "回访居民核实地址"
    body = {"fields": ["caller_number"], "reason": reason}
    assert (await agent.post(f"{TICKETS}/{matter.open_id}/reveal", json=body)).status_code == 200
    auditor = await whole.of("admin-audit")
    query = {"target": f"ticket:{matter.open_id}", "action": "ticket.revealed"}
    (entry, *_) = (await auditor.get("/api/v1/audit-entries", params=query)).json()["items"]
    assert (entry["reason"], entry["address"], entry["result"]) == (reason, "127.0.0.1", "ok")
    other = {"target": f"ticket:{matter.foreign_id}", "action": "ticket.revealed"}
    assert (await auditor.get("/api/v1/audit-entries", params=other)).json()["items"] == []


async def test_c21_nobody_listens_in_without_a_reason(session: AsyncSession) -> None:
    boss = Principal(uuid4(), "值班长", frozenset({"calls:supervise"}), uuid4(), frozenset())
    with pytest.raises(InvalidInput) as refused:
        await monitor(session, boss, Call(id=uuid4()), "listen", reason="")
    assert refused.value.params["errors"][0]["field"] == "reason"
    with pytest.raises(NobodyTalks):
        await monitor(session, boss, Call(id=uuid4()), "listen", reason="抽查服务质量")


def test_c29_a_reader_is_handed_only_what_scope_and_subtree_allow() -> None:
    mine, theirs = uuid4(), uuid4()
    who = Principal(uuid4(), "坐席", frozenset({"tickets:read"}), mine, frozenset({mine}))
    reader = Reader(who, 0)
    assert reader.may_see({"scope": "tickets:read", "audience": [theirs, mine]})
    assert not reader.may_see({"scope": "tickets:read", "audience": [theirs]})
    assert not reader.may_see({"scope": "calls:read", "audience": [mine]})
