"""Announcements and incidents: a page, and feeds that are Atom; services for search engines."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from hotline.portal.news import Channel, News, feed
from tests.city import City
from tests.portal.test_report import HTML

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_a_feed_has_what_atom_asks_for() -> None:
    channel = Channel("停水 & 停电", "某市", "https://city.example", "/x.atom", "/x")
    news = [
        News("urn:x:1", "/x#1", "停水 <一天>\x0b", "明天停水", DAY, DAY - timedelta(hours=1)),
        News("urn:x:2", "/x#2", "恢复", "来水了", DAY + timedelta(hours=2), DAY),
    ]
    tree = ElementTree.fromstring(feed(channel, news).body)
    assert tree.findtext(f"{ATOM}id") == "https://city.example/x.atom"
    assert tree.findtext(f"{ATOM}title") == "停水 & 停电"
    assert tree.findtext(f"{ATOM}updated") == "2026-11-25T10:00:00Z"
    assert tree.findtext(f"{ATOM}author/{ATOM}name") == "某市"
    entries = tree.findall(f"{ATOM}entry")
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 2
    first = entries[0]
    assert first.findtext(f"{ATOM}title") == "停水 <一天>"
    assert first.findtext(f"{ATOM}published") == "2026-11-25T07:00:00Z"
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://city.example/x#1"


def test_a_feed_without_news_is_still_a_feed() -> None:
    channel = Channel("停水", "某市", "https://city.example", "/x.atom", "/x")
    tree = ElementTree.fromstring(feed(channel, []).body)
    assert tree.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


async def test_what_departments_announce_is_read_on_the_portal(city: City) -> None:
    editor = await city.signed_in("editor-1")
    now = datetime.now(UTC)
    body = {
        "title": "办事大厅周六开门", "spoken": "本周六办事大厅照常开门。",
        "details": "周六上午九点到下午四点，带身份证。", "is_on_portal": True,
        "entry_ids": ["svc-id-lost"],
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    posted = await editor.post("/api/v1/announcements", json=body)
    assert posted.status_code == 201, posted.text
    for _ in range(50):
        page = (await city.client.get("/announcements", headers=HTML)).text
        if "周六上午九点" in page:
            break
        await asyncio.sleep(0.1)
    assert "周六上午九点" in page
    home = (await city.client.get("/", headers=HTML)).text
    assert f"/announcements#n-{posted.json()['id']}" in home
    tree = ElementTree.fromstring((await city.client.get("/announcements.atom")).content)
    assert tree.findtext(f"{ATOM}entry/{ATOM}title") == "办事大厅周六开门"
    told = datetime.fromisoformat(str(tree.findtext(f"{ATOM}entry/{ATOM}updated")))
    assert told > now - timedelta(minutes=1)  # told anew when it was put so, not when it began


async def test_the_feed_of_incidents_is_there_from_the_first_day(open_city: City) -> None:
    answer = await open_city.client.get("/incidents.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert ElementTree.fromstring(answer.content).findall(f"{ATOM}entry") == []


async def test_search_engines_read_what_a_service_is(open_city: City) -> None:
    page = (await open_city.client.get("/services/svc-id-lost", headers=HTML)).text
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    service = json.loads(written)
    assert (service["@context"], service["@type"]) == ("https://schema.org", "GovernmentService")
    assert service["name"] == "居民身份证丢失补领"
    assert service["url"] == f"{open_city.settings.address}/services/svc-id-lost"
    assert service["provider"][0]["@type"] == "GovernmentOrganization"
    assert "<" not in written
