"""The log by cursor: everybody's own part of it, in order, and where it stands."""

from datetime import UTC, datetime

import pytest

from hotline.accounts.roles import Role
from tests.realtime.conftest import TOLD, Node


async def test_one_reads_what_is_ones_own_from_a_cursor_on(node: Node) -> None:
    await node.write("ticket.opened", at="north")
    await node.write("ticket.opened", at="south")
    await node.write("ticket.opened", at="north", scope="settlement:read")
    await node.write("ticket.moved", "ticket.updated", at="north")
    async with node.browser(await node.token("agent", Role.AGENT, at="north")) as client:
        whole = (await client.get("/api/v1/events")).json()
        rest = (await client.get("/api/v1/events?after=1")).json()
    assert [(one["seq"], one["name"]) for one in whole["items"]] == [
        (1, "ticket.opened"), (4, "ticket.moved"), (5, "ticket.updated"),
    ]  # fmt: skip
    assert (whole["next"], whole["position"]) == (None, 5)
    assert [one["seq"] for one in rest["items"]] == [4, 5]
    first = whole["items"][0]
    assert (first["subject"], first["payload"]) == ({"type": "ticket", "id": "T1"}, TOLD)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(first["at"])).total_seconds()) < 60


async def test_a_page_tells_where_the_next_begins(node: Node) -> None:
    await node.write(*["ticket.opened"] * 5)
    async with node.browser(await node.token("agent", Role.AGENT)) as client:
        seen, after = [], "0"
        while after is not None:
            page = (await client.get(f"/api/v1/events?limit=2&after={after}")).json()
            seen.append([one["seq"] for one in page["items"]])
            after = page["next"]
    assert seen == [[1, 2], [3, 4], [5]]


async def test_an_event_that_has_no_number_yet_is_not_there(node: Node) -> None:
    await node.write("ticket.opened")
    await node.database.raw.execute("UPDATE event SET seq = NULL")
    async with node.browser(await node.token("agent", Role.AGENT)) as client:
        page = (await client.get("/api/v1/events")).json()
    assert (page["items"], page["position"]) == ([], 1)


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=201", "after=x"])
async def test_a_cursor_is_a_number_and_a_page_has_its_limits(node: Node, query: str) -> None:
    async with node.browser(await node.token("agent", Role.AGENT)) as client:
        assert (await client.get(f"/api/v1/events?{query}")).status_code == 422
        assert (await client.get("/api/v1/events?limit=200")).status_code == 200
        assert (await client.get("/api/v1/events?limit=1")).status_code == 200


async def test_whoever_may_not_watch_reads_nothing(node: Node) -> None:
    async with node.browser() as nobody:
        assert (await nobody.get("/api/v1/events")).status_code == 401
    async with node.browser(await node.token("auditor", Role.AUDIT_ADMIN)) as auditor:
        assert (await auditor.get("/api/v1/events")).status_code == 403
