"""Ring again and ask what became of it: a known number and a code."""

import re
from typing import Any

from tests.city import City

_DIGITS = str.maketrans("零幺二三四五六七八九", "0123456789")


async def open_a_ticket(city: City) -> str:
    """The query code, as the caller heard it."""
    phone = await (await city.phone().dial()).say("乌达区路灯坏了")
    await phone.say("解放路十二号门口")
    found = re.search("查询码([零幺二三四五六七八九]{6})", phone.now_hears)
    assert found is not None, phone.now_hears
    return found.group(1).translate(_DIGITS)


async def ask(city: City, **caller: str):  # type: ignore[no-untyped-def]
    return await (await city.phone(**caller).dial()).say("我上次报的路灯怎么样了")


async def test_the_code_opens_the_state_and_takes_a_word_more(city: City) -> None:
    code = await open_a_ticket(city)
    phone = await (await ask(city)).press(code)
    assert "已经登记" in phone.now_hears
    await phone.say("现在整条街都黑了")
    agent = await city.signed_in("agent-1")
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    timeline = (await agent.get(f"/api/v1/tickets/{ticket['id']}/timeline")).json()["items"]
    assert "来电人补充：现在整条街都黑了" in [item["note"] for item in timeline]


async def test_the_code_is_shown_to_nobody(city: City) -> None:
    code = await open_a_ticket(city)
    spoken = code.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    await (await ask(city)).press(code)
    agent = await city.signed_in("agent-1")
    for path in ("/api/v1/calls", "/api/v1/events?limit=200", "/api/v1/tickets"):
        text = (await agent.get(path)).text
        assert code not in text, path
        assert spoken not in text, path


async def test_another_number_is_not_told_although_it_knows_the_code(city: City) -> None:
    code = await open_a_ticket(city)
    stranger = await ask(city, caller="+8613900009999")
    assert "查询码" not in stranger.now_hears
    assert stranger.verb("Gather") is not None
    assert code


async def test_five_wrong_codes_a_day_over_all_calls_lock_the_ticket(city: City) -> None:
    code = await open_a_ticket(city)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    first = await ask(city)
    for _ in range(3):
        await first.press(wrong)
    assert first.verb("Enqueue") is not None
    second = await ask(city)
    for _ in range(2):
        await second.press(wrong)
    locked = await (await ask(city)).press(code)
    assert "已经登记" not in locked.now_hears
    assert locked.verb("Enqueue") is not None


async def the_ticket(city: City) -> dict[str, Any]:
    agent = await city.signed_in("agent-1")
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    found: dict[str, Any] = (await agent.get(f"/api/v1/tickets/{ticket['id']}")).json()
    return found


async def test_a_ticket_is_urged_and_taken_back_by_phone(city: City) -> None:
    code = await open_a_ticket(city)
    urging = await (await ask(city)).press(code)
    assert "催办请按一" in urging.now_hears
    await urging.press("1")
    assert "已经为您催办" in urging.now_hears
    assert (await the_ticket(city))["urge_count"] == 1
    taking_back = await (await ask(city)).press(code)
    await taking_back.press("3")
    assert "确定要撤销" in taking_back.now_hears
    assert (await the_ticket(city))["status"] != "cancelled"
    await taking_back.press("1")
    assert "撤销" in taking_back.now_hears
    assert (await the_ticket(city))["status"] == "cancelled"
    over = await (await ask(city)).press(code)
    assert "已经撤销" in over.now_hears
    assert "催办" not in over.now_hears
