"""Everything that can happen in a city, one thing after the other, as people and phones do it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from hotline import clock
from tests.journeys.test_incident import CONFIRM, called, until_listed
from tests.promises.replay_recording import API, Json, Recording
from tests.queueing.hall import Line, eventually

AGENT, COLLEAGUE, CHIEF, UNIT = "agent-1", "agent-5", "supervisor-city", "unit-house-hbw"
EDITOR, ADMIN, DISTRICT, ENTRY = "editor-1", "admin-system", "海勃湾区", "svc-id-lost"
HIDDEN = "anonymous"
"""Whoever hides the number is not called back: nothing comes of giving up."""
DRAIN, ANTEDATED = "svc-cv-drain", 40
# No ledger may be changed, but by who owns its database.
_ANTEDATE = f"""
SET session_replication_role = replica;
UPDATE ledger_entry SET booked_on = booked_on - {ANTEDATED}, payable_on = payable_on - {ANTEDATED};
"""
_PATIENT = "UPDATE queue SET offer_seconds = 600, wrap_up_seconds = 600"


async def play(recording: Recording) -> None:
    """Each scene leaves its records behind for the next."""
    await talk_with_the_hotline(recording)
    await talk_with_agents(recording)
    ticket = await handle_a_ticket(recording)
    await order_a_vendor(recording, ticket)
    await settle_with_vendors(recording)
    await handle_for_a_resident(recording)
    await follow_an_incident(recording)
    await keep_the_directory(recording)
    await choose_words(recording)
    await close_an_account(recording)


async def talk_with_the_hotline(recording: Recording) -> None:
    phone = recording.hall.city.phone(caller="+8613800007777")
    await phone.dial()
    live = await asked(recording, CHIEF, "GET", "/calls?status=live&limit=200")
    recording.know("calls", live["items"][0]["id"])
    await recording.step("a call comes in")
    await phone.say("居民身份证丢了怎么补")
    await recording.step("the caller speaks")
    await phone.hang_up()
    await recording.step("the caller hangs up")
    recording.forget("calls")
    fields = {"MessageSid": "SM1", "Body": "路灯坏了", "NumMedia": "0"}
    await phone.send(phone.provider.url("sms"), fields)
    await recording.step("a text message comes in")


async def talk_with_agents(recording: Recording) -> None:
    hall = recording.hall
    caller = await hall.ask_for_a_person(HIDDEN)
    await recording.step("a caller waits")
    await caller.hang_up()
    await told(recording, "call.ended", 2)
    await recording.step("the caller gives up")
    async with hall.database.transaction() as session:
        await session.execute(text(_PATIENT))
    await hall.ring(f"client:{AGENT}", "no-answer")
    await hall.ring(f"client:{COLLEAGUE}", "answer")
    await be(recording, AGENT, "ready")
    await recording.step("an agent is ready")
    caller = await hall.ask_for_a_person(HIDDEN)
    call_id = await offered(recording)
    recording.know("calls", call_id)
    await recording.step("the phone rings")
    await act(recording, AGENT, call_id, "decline")
    await be(recording, AGENT, "break")
    await recording.step("the offer is declined")
    await caller.hang_up()
    await until(recording, call_id, status="ended")
    recording.forget("calls")
    await hall.ring(f"client:{AGENT}", "answer")
    await be(recording, AGENT, "ready")
    caller = await hall.ask_for_a_person()
    call_id = str(await eventually(lambda: seat_s_call(recording), "a call at the seat"))
    recording.know("calls", call_id)
    await until(recording, call_id, status="talking", recording="on")
    await recording.step("the agent answers")
    await consult_and_hand_over(recording, caller, call_id)


async def consult_and_hand_over(recording: Recording, caller: Line, call_id: str) -> None:
    await act(recording, AGENT, call_id, "recording/pause")
    await until(recording, call_id, recording="paused")
    await recording.step("the recording pauses")
    await act(recording, AGENT, call_id, "recording/resume")
    await until(recording, call_id, recording="on")
    await act(recording, AGENT, call_id, "hold")
    await told(recording, "call.held")
    await recording.step("the caller is held")
    await act(recording, AGENT, call_id, "resume")
    await told(recording, "call.resumed")
    await recording.step("the caller is back")
    await be(recording, COLLEAGUE, "ready")
    colleague = (await asked(recording, COLLEAGUE, "GET", "/me"))["account_id"]
    await act(recording, AGENT, call_id, "consult", {"account_id": colleague})
    await told(recording, "call.held", 2)
    await eventually(lambda: party_count(recording, call_id, 3), "three parties")
    await recording.step("a colleague is asked")
    await act(recording, AGENT, call_id, "merge")
    await recording.step("all talk together")
    await act(recording, AGENT, call_id, "transfer", {"mode": "warm"})
    await told(recording, "call.transferred")
    await recording.step("the colleague goes on")
    await act(recording, AGENT, call_id, "wrap-up", {"outcome": "transferred", "next": "break"})
    await recording.step("the agent is done")
    await caller.hang_up()
    await until(recording, call_id, status="ended")
    await eventually(lambda: is_kept(recording, call_id), "a kept recording")
    await recording.step("the call ends")
    recording.forget("calls")


async def handle_a_ticket(recording: Recording) -> str:
    wanted = {
        "kind": "help", "title": "暖气不热", "description": "家里暖气不热", "district": DISTRICT,
        "caller_number": "13812345678", "address": "滨河街道1号",
        "subject_code": await a_subject(recording), "urgency": "urgent",
    }  # fmt: skip
    opened = await asked(recording, AGENT, "POST", "/tickets", wanted)
    ticket_id = str(opened["id"])
    recording.know("tickets", ticket_id)
    recording.know("messages", ticket_id)
    await recording.step("a ticket is opened")
    await text_the_resident(recording, ticket_id)
    await asked(recording, CHIEF, "PUT", f"/tickets/{ticket_id}/watchers/me")
    remark = {"text": "已联系居民"}
    await asked(recording, AGENT, "POST", f"/tickets/{ticket_id}/comments", remark)
    await recording.step("somebody comments")
    amended = {"version": opened["version"], "title": "暖气不热，老人在家"}
    await asked(recording, AGENT, "PATCH", f"/tickets/{ticket_id}", amended)
    await recording.step("the ticket is put right")
    await move(recording, AGENT, ticket_id, "send")
    await recording.step("the ticket goes to the desk")
    unit = (await asked(recording, UNIT, "GET", "/me"))["organization"]["id"]
    await move(recording, CHIEF, ticket_id, "dispatch", organization_id=unit)
    await recording.step("the ticket goes to a unit")
    await move(recording, UNIT, ticket_id, "sign")
    await recording.step("the unit takes it")
    await asked(recording, CHIEF, "POST", f"/tickets/{ticket_id}/supervise",
                {"level": 1, "note": "请尽快办理"})  # fmt: skip
    await recording.step("the ticket is supervised")
    away = {"note": "不属于本单位职责", "statute": "供热条例第三条"}
    await move(recording, UNIT, ticket_id, "request_return", **away)
    await move(recording, "supervisor-haibowan", ticket_id, "endorse_return", note="情况属实")
    await move(recording, CHIEF, ticket_id, "grant_return", note="同意退回")
    await recording.step("the ticket leaves the unit")
    return ticket_id


async def text_the_resident(recording: Recording, ticket_id: str) -> None:
    """At once, by night too: the matter is urgent."""
    known = (await asked(recording, AGENT, "GET", "/canned-texts"))["items"]
    chosen = {"canned_text_id": next(one["id"] for one in known if "sms" in one["uses"])}
    await asked(recording, AGENT, "POST", f"/tickets/{ticket_id}/messages", chosen)
    await told(recording, "message.updated", 2)
    await recording.step("the resident is texted")


async def order_a_vendor(recording: Recording, ticket_id: str) -> None:
    wanted = {
        "ticket_id": ticket_id, "entry_id": DRAIN, "district": DISTRICT, "needs": "下水道堵了",
        "address": "滨河街道1号",
    }  # fmt: skip
    order = await asked(recording, AGENT, "POST", "/work-orders", wanted)
    recording.know("orders", order["id"])
    await recording.step("a vendor is ordered")
    order = await asked(recording, CHIEF, "GET", f"/work-orders/{order['id']}")
    patch = {"version": order["version"], "wanted_when": "明天上午"}
    await asked(recording, AGENT, "PATCH", f"/work-orders/{order['id']}", patch)
    await recording.step("the order is put right")
    order = await asked(recording, CHIEF, "GET", f"/work-orders/{order['id']}")
    body = {"move": "cancel", "version": order["version"], "reason_code": "resident_no_longer"}
    await asked(recording, CHIEF, "POST", f"/work-orders/{order['id']}/moves", body)
    await recording.step("the order is cancelled")
    recording.forget("orders", "tickets", "messages")


async def settle_with_vendors(recording: Recording) -> None:
    """The books were opened `ANTEDATED` days ago: that month is over."""
    await recording.as_owner(_ANTEDATE)
    month = clock.now().astimezone(clock.LOCAL) - timedelta(days=ANTEDATED)
    await asked(recording, CHIEF, "POST", "/settlements", {"month": f"{month:%Y-%m}"})
    await recording.step("a month is settled")


async def handle_for_a_resident(recording: Recording) -> None:
    wanted = {
        "entry_id": ENTRY, "district": DISTRICT, "person": "张小明", "phone": "13900001234",
        "way": "counter", "is_given": True,
    }  # fmt: skip
    matter = await asked(recording, AGENT, "POST", "/proxy-matters", wanted)
    recording.know("matters", matter["id"])
    await recording.step("a resident authorizes")
    await asked(recording, CHIEF, "POST", f"/proxy-matters/{matter['id']}/take")
    await recording.step("an officer takes the matter")
    recording.forget("matters")


async def follow_an_incident(recording: Recording) -> None:
    hall = recording.hall
    chief = await recording.client_of(CHIEF)
    for caller in range(1, 6):
        phone = await called(hall.city, caller)
        await phone.hang_up()
    (incident,) = await until_listed(chief, f"{API}/incidents?status=proposed", 1)
    await recording.step("many callers have one trouble")
    path = f"/incidents/{incident['id']}"
    confirmed = await asked(recording, CHIEF, "POST", f"{path}/confirm", CONFIRM)
    await recording.step("the incident is confirmed")
    patch = {"title": "滨河街道停暖抢修", "version": confirmed["version"]}
    changed = await asked(recording, CHIEF, "PATCH", path, patch)
    await recording.step("the incident is put right")
    ended = {"message": "供热已经恢复，请您查看室温。", "version": changed["version"]}
    await asked(recording, CHIEF, "POST", f"{path}/close", ended)
    await recording.step("the incident is closed")


async def keep_the_directory(recording: Recording) -> None:
    recording.know("entries", ENTRY)
    await asked(recording, AGENT, "POST", f"/entries/{ENTRY}/reports", {"note": "电话打不通"})
    await recording.step("an entry is reported as wrong")
    begun = {"entry_id": ENTRY, "content": {"fee": "免费"}, "note": "改费用"}
    draft = await asked(recording, EDITOR, "POST", "/drafts", begun)
    recording.know("drafts", draft["id"])
    await recording.step("a draft is begun")
    body = {"move": "submit", "version": draft["version"]}
    draft = await asked(recording, EDITOR, "POST", f"/drafts/{draft['id']}/moves", body)
    await recording.step("the draft is submitted")
    body = {"move": "approve", "version": draft["version"]}
    await asked(recording, "editor-2", "POST", f"/drafts/{draft['id']}/moves", body)
    await recording.step("the entry is published")


async def choose_words(recording: Recording) -> None:
    now = clock.now()
    notice = {
        "title": "窗口搬迁", "spoken": "公租房窗口本周搬到政务大厅三楼。", "entry_ids": [ENTRY],
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    await asked(recording, EDITOR, "POST", "/announcements", notice)
    await recording.step("a notice is posted")
    canned = {
        "key": "zzld", "label_zh": "路灯", "label_en": "Light", "text": "路灯不亮，要求维修。",
        "uses": ["description"],
    }  # fmt: skip
    await asked(recording, EDITOR, "POST", "/canned-texts", canned)
    await recording.step("a canned text is added")
    await asked(recording, CHIEF, "PUT", "/texts/greeting", {"text": "您好，乌海热线，请讲。"})
    await recording.step("a spoken text is changed")
    letters = (await asked(recording, CHIEF, "GET", "/message-texts"))["items"]
    letter = next(one for one in letters if one["key"] == "sms_ticket_received")
    words = {"text": letter["shipped"].replace("已登记", "已经登记")}
    await asked(recording, CHIEF, "PUT", "/message-texts/sms_ticket_received", words)
    await recording.step("the words of a message are changed")


async def close_an_account(recording: Recording) -> None:
    people = (await asked(recording, ADMIN, "GET", "/accounts"))["items"]
    gone = next(one["id"] for one in people if one["username"] == "agent-6")
    await asked(recording, ADMIN, "POST", f"/accounts/{gone}/disable")
    await recording.step("an account is disabled")


async def asked(recording: Recording, who: str, method: str, path: str, body: Any = None) -> Json:
    client = await recording.client_of(who)
    answer = await client.request(method, API + path, json=body)
    assert answer.status_code < 300, (who, path, answer.text)
    given: Json = answer.json() if answer.content else {}
    return given


async def be(recording: Recording, who: str, state: str) -> None:
    await asked(recording, who, "PUT", "/me/presence", {"state": state})


async def act(recording: Recording, who: str, call_id: str, what: str, body: Any = None) -> None:
    await asked(recording, who, "POST", f"/calls/{call_id}/{what}", body)


async def move(recording: Recording, who: str, ticket_id: str, what: str, **given: Any) -> None:
    shown = await asked(recording, who, "GET", f"/tickets/{ticket_id}")
    body = {"move": what, "version": shown["version"], **given}
    await asked(recording, who, "POST", f"/tickets/{ticket_id}/moves", body)


async def a_subject(recording: Recording) -> str:
    known = (await asked(recording, AGENT, "GET", "/subjects"))["items"]
    return next(one["code"] for one in known if one["code"].count("-") == 2)


async def offered(recording: Recording) -> str:
    offers: list[Json] = await eventually(lambda: offers_of(recording), "an offer")
    return str(offers[0]["call"]["id"])


async def offers_of(recording: Recording) -> list[Json]:
    return list((await asked(recording, AGENT, "GET", "/me/offers"))["items"])


async def seat_s_call(recording: Recording) -> str | None:
    """Offered or in hand already: a phone that answers at once does not ring for long."""
    found: str | None = (await asked(recording, AGENT, "GET", "/me/seat"))["call_id"]
    return found


async def until(recording: Recording, call_id: str, /, **wanted: Any) -> None:
    async def is_so() -> bool:
        call = await asked(recording, CHIEF, "GET", f"/calls/{call_id}")
        return all(call[name] == value for name, value in wanted.items())

    await eventually(is_so, f"call {wanted}")


async def told(recording: Recording, name: str, count: int = 1) -> None:
    async def has_come() -> bool:
        frames = recording.watchers[CHIEF].frames
        return sum(one["name"] == name for one in frames) >= count

    await eventually(has_come, name)


async def party_count(recording: Recording, call_id: str, count: int) -> bool:
    call: Mapping[str, Any] = await asked(recording, CHIEF, "GET", f"/calls/{call_id}")
    return sum(one["state"] == "joined" for one in call["parties"]) >= count


async def is_kept(recording: Recording, call_id: str) -> bool:
    found = await asked(recording, CHIEF, "GET", f"/calls/{call_id}/recordings")
    return any(one["state"] == "kept" for one in found["items"])
