"""What the network is answered about waiting callers, out of hours and after the talk."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.city import City
from tests.phone import Phone

Rows = Callable[[str], Awaitable[list[Any]]]


async def waiting(city: City, **more: Any) -> Phone:
    return await (await city.phone(**more).dial()).say("人工")


async def ask(phone: Phone, path: str, **fields: str) -> str:
    await phone.post(phone.provider.url(path), fields)
    return phone.now_hears


async def test_the_hosts_line_has_a_name_that_tells_nothing(city: City) -> None:
    phone = await waiting(city)
    enqueue = phone.verb("Enqueue")
    assert enqueue is not None
    assert enqueue.text is not None
    assert enqueue.text.startswith("q")
    assert "agents" not in enqueue.text


async def test_the_place_is_told_once_then_after_45_seconds_then_a_call_back_is_offered(
    city: City,
) -> None:
    phone = await waiting(city)
    assert "没有话务员在线" in await ask(phone, "wait", QueueTime="0")
    assert await ask(phone, "wait", QueueTime="8") == ""
    assert phone.verb("Gather") is None
    assert "请按一" in await ask(phone, "wait", QueueTime="31")
    assert phone.verb("Gather") is not None
    assert "没有话务员在线" in await ask(phone, "wait", QueueTime="46")


async def test_the_wait_is_told_in_minutes_by_who_is_in_front(city: City) -> None:
    agent = await city.signed_in("agent-1")
    await agent.put("/api/v1/me/presence", json={"state": "ready"})
    await agent.put("/api/v1/me/presence", json={"state": "wrap_up"})
    first = await waiting(city)
    assert "下一位就是您" in await ask(first, "wait", QueueTime="0")
    second = await waiting(city, caller="+8613900005678")
    assert "您前面还有一位，大约等候七分钟" in await ask(second, "wait", QueueTime="0")


async def test_who_hides_the_number_is_not_offered_a_call_back(city: City) -> None:
    phone = await waiting(city, caller="anonymous")
    assert "请按一" not in await ask(phone, "wait", QueueTime="60")


async def test_the_same_key_twice_keeps_one_place(city: City) -> None:
    phone = await waiting(city)
    for _ in range(2):
        assert "给您回电" in await ask(phone, "key", Digits="1")
        assert phone.verb("Leave") is not None
    agent = await city.signed_in("agent-1")
    lines = (await agent.get("/api/v1/queues")).json()["items"]
    assert sum(line["callbacks"] for line in lines) == 1
    assert sum(line["waiting"] for line in lines) == 0


async def test_an_emergency_hears_no_music_and_comes_first(city: City) -> None:
    phone = await (await city.phone().dial()).say("着火了")
    while (dial := phone.verb("Dial")) is not None:
        await phone.post(dial.attrib["action"], {"DialCallStatus": "no-answer"})
    assert phone.verb("Enqueue") is not None
    assert "正在为您接通人工" in await ask(phone, "wait", QueueTime="0")
    assert phone.verb("Play") is None
    assert phone.verb("Gather") is None


async def test_out_of_hours_a_message_becomes_a_ticket(city: City, rows: Rows) -> None:
    await waiting(city)
    await rows("UPDATE queue SET hours = 'Mo-Su 03:00-03:01'")
    phone = await waiting(city, caller="+8613900005678")
    assert "非工作时间" in phone.now_hears
    assert phone.verb("Enqueue") is None
    await phone.say("我家楼下的井盖丢了，在乌达区")
    assert "留言已经登记" in phone.now_hears
    agent = await city.signed_in("agent-1")
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    assert ticket["description"] == "我家楼下的井盖丢了，在乌达区"
    assert ticket["caller_masked"] == "139****5678"


async def test_a_line_that_fails_on_the_host_takes_a_message(city: City) -> None:
    phone = await waiting(city)
    assert "请留言" in await ask(phone, "waited", QueueResult="system-error")


async def test_a_caller_who_talked_with_nobody_is_not_asked_to_rate(city: City) -> None:
    phone = await waiting(city)
    assert "请评价" not in await ask(phone, "survey")
    assert phone.verb("Hangup") is not None


async def test_a_low_rating_asks_why_and_the_first_rating_counts(city: City, rows: Rows) -> None:
    phone = await waiting(city)
    await rows("UPDATE call SET answered_at = now()")
    assert "请评价" in await ask(phone, "survey")
    assert "讲一下原因" in await ask(phone, "rated", SpeechResult="不满意")
    await ask(phone, "reason", SpeechResult="等太久，我电话13812345678")
    await ask(phone, "rated", Digits="1")
    kept = await rows("SELECT level, means, reason, reason_sealed IS NOT NULL FROM rating")
    assert [tuple(row) for row in kept] == [(2, "voice", "等太久，我电话138****5678", True)]


async def test_a_leg_that_we_do_not_know_is_sent_away(city: City) -> None:
    phone = city.phone()
    phone.sid = "CAunknown"
    for path in ("agent?leg=0193", "join?leg=00000000-0000-7000-8000-000000000000", "wait"):
        await ask(phone, path, QueueTime="0")
        assert phone.verb("Hangup") is not None
