"""A city says things in its own words."""

import asyncio

from tests.city import City


async def _heard_within(city: City, greeting: str, seconds: int) -> bool:
    """Whether a new call hears it; the second that is promised is measured elsewhere."""
    for _ in range(seconds * 4):
        if (await city.phone().dial()).now_hears == greeting:
            return True
        await asyncio.sleep(0.25)
    return False


async def test_a_changed_greeting_is_heard_soon(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    texts = (await supervisor.get("/api/v1/texts")).json()["items"]
    assert {"greeting", "goodbye"} <= {text["key"] for text in texts}
    own = {"text": "乌海市民您好，请讲。"}
    assert (await supervisor.put("/api/v1/texts/greeting", json=own)).status_code == 200
    assert await _heard_within(city, own["text"], seconds=10)
    history = (await supervisor.get("/api/v1/texts/greeting/history")).json()["items"]
    assert [version["text"] for version in history] == ["乌海市民您好，请讲。"]


async def test_a_text_must_keep_its_gaps_and_exist(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    for key, text, status in (
        ("confirm", "您要这个吗？", 422),
        ("confirm", "您要{entry吗？", 422),
        ("confirm", "您要{__class__}吗？", 422),
        ("nothing", "您好。", 404),
        ("greeting", "长" * 81, 422),
    ):
        answer = await supervisor.put(f"/api/v1/texts/{key}", json={"text": text})
        assert answer.status_code == status, text
    agent = await city.signed_in("agent-1")
    assert (await agent.get("/api/v1/texts")).status_code == 403
