"""What programs read of the portal."""

from xml.etree import ElementTree

from tests.city import City

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


async def test_robots_point_to_the_sitemap_and_keep_searches_out(open_city: City) -> None:
    lines = (await open_city.client.get("/robots.txt")).text.splitlines()
    assert "Disallow: /search" in lines
    assert any(line.startswith("Sitemap: http") for line in lines)


async def test_the_sitemap_names_every_published_service(open_city: City) -> None:
    answer = await open_city.client.get("/sitemap.xml")
    tree = ElementTree.fromstring(answer.content)
    places = [str(node.text) for node in tree.iter(f"{SITEMAP}loc")]
    services = [place for place in places if "/services/" in place]
    assert len(services) == 565
    assert len(places) == len(set(places))
    own = [place for place in places if place.startswith(f"{open_city.settings.address}/")]
    assert own == places


async def test_the_feed_is_atom_with_the_newest_changes_first(open_city: City) -> None:
    answer = await open_city.client.get("/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    tree = ElementTree.fromstring(answer.content)
    changed = [str(node.findtext(f"{ATOM}updated")) for node in tree.iter(f"{ATOM}entry")]
    assert len(changed) == 50
    assert changed == sorted(changed, reverse=True)
    assert tree.findtext(f"{ATOM}updated") == changed[0]
    assert tree.find(f"{ATOM}link[@rel='self']") is not None


async def test_the_portal_can_be_installed(open_city: City) -> None:
    manifest = (await open_city.client.get("/portal/manifest.webmanifest")).json()
    assert manifest["start_url"] == "/"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        answer = await open_city.client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(icon["type"])


async def test_head_is_answered_like_get_without_a_body(open_city: City) -> None:
    answer = await open_city.client.head("/services/svc-id-lost")
    assert answer.status_code == 200
    assert answer.content == b""
