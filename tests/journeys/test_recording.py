"""The talk is recorded by the host, brought home sealed, heard with a reason; on the carrier."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from hotline.jobs import service as jobs
from hotline.recordings.service import LOOK, RETIRE
from tests.queueing.hall import Agent, Hall, Line, eventually

REASON = {"reason": "核对来电人说的地址"}


async def talk(hall: Hall, agent: Agent) -> tuple[Line, str]:
    """A caller and the agent talk; the id of the call."""
    caller = await hall.ask_for_a_person()
    call_id = (await agent.next_event("call.offered"))["call"]["id"]
    await agent.until_call(call_id, status="talking", recording="on")
    return caller, call_id


async def kept(agent: Agent, call_id: str) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        answer = await agent.client.get(f"/api/v1/calls/{call_id}/recordings")
        items = answer.json()["items"]
        return items[0] if items and items[0]["state"] == "kept" else None

    return await eventually(found, "a kept recording")


def files(hall: Hall) -> list[Path]:
    folder = hall.city.settings.data_dir / "attachments"
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_talk_is_kept_sealed_and_deleted_at_the_host(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        assert (await agent.act(call_id, "hangup")).status_code == 200
        recording = await kept(agent, call_id)
        assert recording["kind"] == "talk"
        assert (await agent.call(call_id))["recording"] is None

        played = await agent.client.post(
            f"/api/v1/calls/{call_id}/recordings/{recording['id']}/play", json=REASON
        )
        assert played.status_code == 200, played.text
        assert played.headers["content-type"] == "audio/wav"
        assert played.content[:4] == b"RIFF"
        sealed = [path for path in files(hall) if path.name == recording["id"].replace("-", "")]
        assert len(sealed) == 1
        assert b"RIFF" not in sealed[0].read_bytes()

        async def is_deleted() -> bool:
            rows = await hall.rows(
                "SELECT count(*) FROM call_recording WHERE host_deleted_at IS NULL"
            )
            return bool(rows[0][0] == 0)

        await eventually(is_deleted, "deleted at the host")
        at_host = await hall.rows("SELECT count(*) FROM carrier.resource WHERE kind = 'recording'")
        assert at_host[0][0] == 0


async def test_hearing_needs_a_reason_and_a_right_and_is_written_down(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        await agent.act(call_id, "hangup")
        recording = await kept(agent, call_id)
        url = f"/api/v1/calls/{call_id}/recordings/{recording['id']}/play"
        assert (await agent.client.post(url, json={"reason": " "})).status_code == 422
        colleague = await hall.city.signed_in("agent-2")
        assert (await colleague.post(url, json=REASON)).json()["code"] == "scope_missing"
        stranger = await hall.city.signed_in("supervisor-wuda")
        assert (await stranger.post(url, json=REASON)).status_code == 404
        supervisor = await hall.city.signed_in("supervisor-city")
        assert (await supervisor.post(url, json=REASON)).status_code == 200
    written = await hall.rows(
        "SELECT result, reason FROM audit_entry WHERE action = 'recording.played'"
        f" AND target = 'recording:{recording['id']}' ORDER BY id"
    )
    assert [tuple(row) for row in written] == [
        ("refused", REASON["reason"]), ("ok", REASON["reason"])
    ]  # fmt: skip


async def test_the_voice_of_an_informant_opens_only_with_the_ticket(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        told = {
            "kind": "report", "title": "偷排污水", "description": "厂里夜里偷排",
            "district": "乌达区", "confidential": True, "call_id": call_id,
        }  # fmt: skip
        opened = await agent.client.post("/api/v1/tickets", json=told)
        assert opened.status_code == 201, opened.text
        await agent.act(call_id, "hangup")
        recording = await kept(agent, call_id)
        url = f"/api/v1/calls/{call_id}/recordings/{recording['id']}/play"
        supervisor = await hall.city.signed_in("supervisor-city")
        for person in (agent.client, supervisor):
            refused = await person.post(url, json=REASON)
            assert (refused.status_code, refused.json()["code"]) == (409, "still_sealed")
        listed = await agent.client.get(f"/api/v1/tickets/{opened.json()['id']}/recordings")
        assert [one["id"] for one in listed.json()["items"]] == [recording["id"]]


async def test_the_agent_pauses_it_for_sensitive_data(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        assert (await agent.act(call_id, "recording/pause")).json()["recording"] == "pausing"
        await agent.until_call(call_id, recording="paused")
        assert (await agent.act(call_id, "recording/resume")).status_code == 200
        await agent.until_call(call_id, recording="on")
        await agent.act(call_id, "hangup")
        assert (await kept(agent, call_id))["pause_count"] == 1
        gone = await agent.act(call_id, "recording/pause")
        assert gone.status_code == 409
    async with hall.agent("agent-2") as other:
        assert (await other.act(call_id, "recording/pause")).json()["code"] == "not_on_call"


async def test_news_that_never_came_are_asked_for(hall: Hall) -> None:
    await hall.faults(drop_rate=1)
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        await hall.faults(drop_rate=0)
        await agent.act(call_id, "hangup")
        await caller.hang_up()
        await agent.until_call(call_id, status="ended")
        async with hall.database.transaction() as session:
            for change in (
                "UPDATE call SET ended_at = ended_at - interval '5 min'",
                "UPDATE talk_room SET closed_at = closed_at - interval '5 min'",
            ):
                await session.execute(text(change))
            await jobs.enqueue(session, LOOK, dedupe=LOOK)
        assert (await kept(agent, call_id))["seconds"] is not None


async def test_news_that_come_twice_or_late_make_one_recording(hall: Hall) -> None:
    await hall.faults(duplicate_rate=0.5, delay_rate=0.5, reorder_rate=0.5)
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        await agent.act(call_id, "hangup")
        await kept(agent, call_id)
        await hall.faults(duplicate_rate=0, delay_rate=0, reorder_rate=0)
        listed = (await agent.client.get(f"/api/v1/calls/{call_id}/recordings")).json()["items"]
        assert [one["state"] for one in listed] == ["kept"]
        assert (await agent.call(call_id))["recording"] is None


async def test_what_was_kept_for_its_time_is_erased_unless_a_person_holds_it(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        _, call_id = await talk(hall, agent)
        await agent.act(call_id, "hangup")
        recording = await kept(agent, call_id)
        supervisor = await hall.city.signed_in("supervisor-city")
        url = f"/api/v1/calls/{call_id}/recordings/{recording['id']}"
        held = await supervisor.put(f"{url}/hold", json={"on": True, **REASON})
        assert held.json()["is_held"] is True
        await grow_old(hall)
        assert (await kept(agent, call_id))["state"] == "kept"
        await supervisor.put(f"{url}/hold", json={"on": False, **REASON})
        await grow_old(hall)

        async def is_erased() -> bool:
            listed = await agent.client.get(f"/api/v1/calls/{call_id}/recordings")
            return bool(listed.json()["items"][0]["state"] == "erased")

        await eventually(is_erased, "erased")
        refused = await agent.client.post(f"{url}/play", json=REASON)
        assert refused.json()["code"] == "recording_not_kept"
        name = recording["id"].replace("-", "")

        async def is_gone() -> bool:
            return all(path.name != name for path in files(hall))

        await eventually(is_gone, "the file is gone")


async def test_a_city_that_records_nothing_has_no_recordings(hall: Hall) -> None:
    supervisor = await hall.city.signed_in("supervisor-city")
    me = (await supervisor.get("/api/v1/me")).json()
    url = f"/api/v1/organizations/{me['organization']['id']}/recording-rules"
    terms = (await supervisor.get("/api/v1/recording-rules")).json()
    off = await supervisor.put(url, json={**terms, "is_on": False})
    assert off.status_code == 200, off.text
    async with hall.agent("agent-1") as agent:
        await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        call = await agent.until_call(call_id, status="talking")
        assert call["recording"] is None
        assert (await agent.act(call_id, "recording/pause")).json()["code"] == "not_recorded"
    await supervisor.put(url, json=terms)


async def grow_old(hall: Hall) -> None:
    async with hall.database.transaction() as session:
        await session.execute(
            text("UPDATE call_recording SET ended_at = ended_at - interval '13 months'")
        )
        await session.execute(
            text("UPDATE call_recording SET ended_at = ended_at - interval '13 months'")
        )
        await jobs.enqueue(session, RETIRE, dedupe=RETIRE)
    done = "SELECT count(*) FROM job WHERE kind = 'recordings.retire' AND run_at <= now()"

    async def has_run() -> bool:
        rows = await hall.rows(f"{done} AND done_at IS NULL")
        return bool(rows[0][0] == 0)

    await eventually(has_run, "retired")
