"""What callers said and nobody understood reaches the editors, without what would name them."""

from tests.city import City


async def test_gaps_show_masked_groups_to_editors_only(city: City) -> None:
    for text in ("我电话13812345678想问问外星人登记", "外星人登记在哪办", "外星人登记找谁"):
        await (await city.phone().dial()).say(text)
    editor = await city.signed_in("editor-1")
    found = (await editor.get("/api/v1/utterances/gaps")).json()
    texts = [text for gap in found["items"] for text in gap["examples"]]
    assert "外星人登记在哪办" in texts
    assert not any("13812345678" in text for text in texts)
    page = (await editor.get("/api/v1/utterances?limit=2")).json()
    assert len(page["items"]) == 2
    onward = (await editor.get(f"/api/v1/utterances?limit=2&after={page['next']}")).json()
    assert len(onward["items"]) == 1
    agent = await city.signed_in("agent-1")
    assert (await agent.get("/api/v1/utterances/gaps")).status_code == 403
